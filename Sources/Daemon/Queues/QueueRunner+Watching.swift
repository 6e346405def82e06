import Control
import MessageHandling
import SQS
import SubscriberEngine

/// What those who watch a queue are told.
extension QueueRunner {
    /// The queue with its handlers and what runs. The status is the one that the supervisor has
    /// made of this runner.
    func report(_ status: QueueStatus, _ time: WallTime) async -> QueueReport {
        var report = QueueReport(name: status.name, state: status.reportedState)
        report.trouble = QueueTrouble(status)?.sentence(time)
        let figures = figures.current
        report.lastFailure = figures.failure
        guard let driver, let queue, let snapshot = status.snapshot else { return report }
        let work = await driver.work()
        let now = shared.drivers.clock.now()
        (report.inHand, report.running) = (snapshot.inHand, snapshot.running)
        report.counts.received = snapshot.endings.received
        report.counts.deleted = snapshot.endings.deleted
        report.counts.returned = snapshot.endings.visibilitySet
        report.counts.lapsed = snapshot.endings.leftToLapse
        report.counts.lost = figures.lost
        report.counts.duplicates = figures.duplicates
        report.counts.released = figures.released
        let rates = (
            figures.rates.rates(over: RateMeter.minute),
            figures.rates.rates(over: RateMeter.quarter)
        )
        if let minute = rates.0, let quarter = rates.1 {
            report.received = .init(minute: minute.received, quarter: quarter.received)
            report.deleted = .init(minute: minute.deleted, quarter: quarter.deleted)
        }
        report.lag = work.oldestSent.map { max(0, time.seconds(now) - Double($0) / 1_000) }
        report.depth = depth.latest(
            asking: { [shared, url = queue.url] in
                try? await shared.opener.service.attributes(QueueDepth.attributes, of: url)
            }, at: now)
        report.handlers = work.handlers.map { handler in
            let runs = work.runs.filter { $0.handler == handler.name }
            return HandlerReport(handler, figures.handlers[handler.name], runs, at: now)
        }
        report.runs = work.runs.sorted { $0.since < $1.since }.map {
            RunReport(
                handler: $0.handler, messageID: $0.messageID, duration: (now - $0.since).inSeconds)
        }
        return report
    }
}

extension HandlerReport {
    fileprivate init(
        _ handler: DriverWork.Handler, _ figures: QueueFigures.Handler?, _ runs: [DriverWork.Run],
        at now: Instant
    ) {
        self.init(name: handler.name, concurrency: handler.concurrency)
        running = runs.count
        oldestRun = runs.map(\.since).min().map { (now - $0).inSeconds }
        guard let figures else { return }
        self.runs = figures.runs
        durations = figures.histogram
        median = figures.durations.quantile(0.5, at: now)?.inSeconds
        percentile99 = figures.durations.quantile(0.99, at: now)?.inSeconds
    }
}

extension QueueStatus {
    fileprivate var reportedState: QueueReport.State {
        switch state {
        case .opening: return .opening
        case .paused: return .paused
        case .serving(let snapshot):
            if isPaused { return .paused }
            if snapshot.subscription.drain != .running { return .leaving }
            if snapshot.subscription.gate != nil { return .waiting }
            return snapshot.subscription.inHand == 0 ? .idle : .receiving
        }
    }
}

extension Duration {
    /// The duration as a number of seconds, for those who calculate with it.
    var inSeconds: Double {
        let (seconds, attoseconds) = components
        return Double(seconds) + Double(attoseconds) / 1e18
    }
}
