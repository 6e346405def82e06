import AWS
import Control
import MessageHandling
import SQS
import SubscriberConfiguration
import SubscriberEngine

/// What those who watch a queue are told.
extension QueueRunner {
    /// The queue with its handlers and what runs. The status is the one that the supervisor has
    /// made of this runner.
    ///
    /// - Parameter countsDeadLetters: whether SQS is asked for them.
    func report(
        _ status: QueueStatus, _ time: WallTime, countsDeadLetters: Bool
    ) async -> QueueReport {
        let figures = figures.current
        var report = QueueReport(
            status, time, figures, plan, at: shared.drivers.clock.now())
        guard let driver, let queue, let snapshot = status.snapshot else { return report }
        let work = await driver.work()
        let now = shared.drivers.clock.now()
        (report.inHand, report.running) = (snapshot.inHand, snapshot.running)
        report.polls = status.polls
        let rates = (
            figures.rates.rates(over: RateMeter.minute),
            figures.rates.rates(over: RateMeter.quarter)
        )
        if let minute = rates.0, let quarter = rates.1 {
            report.received = .init(minute: minute.received, quarter: quarter.received)
            report.deleted = .init(minute: minute.deleted, quarter: quarter.deleted)
        }
        report.lag = work.oldestSent.map { max(0, time.seconds(now) - Double($0) / 1_000) }
        report.depth = currentDepth(of: queue, at: now)
        if countsDeadLetters {
            report.deadLetters = deadLetters.latest(at: now) {
                () async throws(SQSError) -> QueueReport.DeadLetters in
                try await self.countDeadLetters(of: queue)
            }
        }
        report.handlers = work.handlers.map { handler in
            let runs = work.runs.filter { $0.handler == handler.name }
            return HandlerReport(
                (handler.name, handler.concurrency), figures.handlers[handler.name], runs, at: now)
        }
        report.runs = work.runs.sorted { $0.since < $1.since }.map {
            RunReport(
                handler: $0.handler, messageID: $0.messageID, duration: (now - $0.since).inSeconds)
        }
        return report
    }

    private func currentDepth(
        of queue: Queue, at now: Instant, every interval: Duration = watchedInterval
    ) -> QueueReport.Depth? {
        figures.depth.latest(
            of: queue, named: plan.settings.queue, by: shared.opener, at: now, every: interval)
    }

    /// One look for the history of the load; nil while the queue is not served.
    func look(_ status: QueueStatus, _ time: WallTime) async -> LoadHistory.Look? {
        guard let driver, let queue, status.snapshot != nil else { return nil }
        let now = shared.drivers.clock.now()
        let oldest = await driver.work().oldestSent
        let figures = figures.current
        let runs = figures.handlers.values.map(\.runs)
        return LoadHistory.Look(
            queue: status.name, handled: figures.counts.deleted,
            failed: runs.reduce(0) { $0 + $1.retried + $1.rejected },
            lag: oldest.map { max(0, time.seconds(now) - Double($0) / 1_000) } ?? 0,
            waiting: currentDepth(of: queue, at: now, every: QueueDepth.unwatchedInterval)?
                .visible)
    }

    /// Asks SQS: first, where the configuration names none, for the queue's redrive policy.
    private func countDeadLetters(
        of queue: Queue
    ) async throws(SQSError) -> QueueReport.DeadLetters {
        guard let target = try await deadLetterTarget(of: queue) else { return .absent }
        let name = QueueDepth.attributes[0]
        let answer = try await shared.opener.service.attributes([name], of: target.url)
        guard let count = answer[name].flatMap({ Int($0) }) else { return .unknown("not known") }
        return .counted(count)
    }

    /// Nil where the queue has no dead-letter queue, or has not answered yet.
    var deadLetterARN: String? {
        get async throws(SQSError) {
            guard let queue, let target = try await deadLetterTarget(of: queue) else { return nil }
            if let arn = target.arn { return arn }
            let name = "QueueArn"
            return try await shared.opener.service.attributes([name], of: target.url)[name]
        }
    }

    private func deadLetterTarget(of queue: Queue) async throws(SQSError) -> Queue? {
        if let deadLetterQueue { return deadLetterQueue.queue }
        let attributes = try await shared.opener.service.attributes(
            ["RedrivePolicy"], of: queue.url)
        guard let arn = QueueRedrivePolicy(attributes)?.targetARN,
            let reference = try? QueueReference(arn)
        else { return nil }
        if let known = deadLetters.known(arn) { return known }
        let found = try await shared.opener.locate(reference)
        deadLetters.remember(found, as: arn)
        return found
    }
}

extension QueueReport {
    /// A queue as it is known without its engine: what was counted, and the handlers of its plan.
    init(
        _ status: QueueStatus, _ time: WallTime, _ figures: QueueFigures.Figures,
        _ plan: SubscriptionPlan, at now: Instant
    ) {
        self.init(name: status.name, state: status.reportedState)
        trouble = QueueTrouble(status)?.sentence(time)
        lastFailure = figures.failure
        counts = figures.counts
        handlers = plan.handlers.map {
            HandlerReport(($0.name, $0.concurrency), figures.handlers[$0.name], at: now)
        }
    }
}

extension HandlerReport {
    fileprivate init(
        _ handler: (name: String, concurrency: Int), _ figures: QueueFigures.Handler?,
        _ runs: [DriverWork.Run] = [], at now: Instant
    ) {
        self.init(name: handler.name, concurrency: handler.concurrency)
        running = runs.count
        oldestRun = runs.map(\.since).min().map { (now - $0).inSeconds }
        guard let figures else { return }
        self.runs = figures.runs
        durations = figures.histogram
        waits = figures.waits
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
