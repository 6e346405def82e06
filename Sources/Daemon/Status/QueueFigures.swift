package import Control
import Glibc
import MessageHandling
import SQS
package import SubscriberEngine
import Synchronization

/// What is counted of one queue for those who watch it.
///
/// Written by the queue's engine as it reports, on the thread that it has anyway; read now and then
/// by whoever asks. Neither waits for the other for longer than a copy takes.
///
/// It outlives the engine: a queue that is paused and served again counts on.
package final class QueueFigures: Sendable {
    /// One handler's, since the start.
    package struct Handler: Sendable {
        package var runs = HandlerReport.Runs()
        package var durations = RecentDurations()
        var histogram = DurationHistogram()
        package var waits = DurationHistogram()
    }

    package struct Figures: Sendable {
        package var handlers: [String: Handler] = [:]
        /// The run that failed last, and when: seconds since 1970.
        var lastFailure: (run: HandledMessage, at: Int)?
        var lastTrouble: (text: String, at: Int)?
        package var rates = RateMeter()
        /// What became of the messages of engines that have ended.
        fileprivate var before = QueueReport.Counts()
        var lost = 0
        var duplicates = 0
        var released: [String: Int] = [:]

        /// The runner that serves the queue, and what its engine has counted; nil where none does.
        fileprivate var owner: ObjectIdentifier?
        fileprivate var present: SubscriptionSnapshot?

        /// What became of all messages, as of the last look at the engine.
        package var counts: QueueReport.Counts {
            var counts = before
            (counts.lost, counts.duplicates, counts.released) = (lost, duplicates, released)
            guard let present else { return counts }
            counts.received += present.endings.received
            counts.deleted += present.endings.deleted
            counts.returned += present.endings.visibilitySet
            counts.lapsed += present.endings.leftToLapse
            counts.renewed += present.renewals
            return counts
        }

        fileprivate mutating func change(to runner: ObjectIdentifier?) {
            before = counts
            (owner, present) = (runner, nil)
        }
    }

    let depth = QueueDepth()
    private let clock: any EngineClock
    private let state = Mutex(Figures())

    package init(clock: any EngineClock) {
        self.clock = clock
    }

    package var current: Figures { state.withLock { $0 } }

    /// Takes in what an engine reports. Called for every message.
    package func note(_ report: Report) {
        switch report {
        case .handled(let run): note(run)
        case .troubleBegan(let activity, let error), .troubleChanged(let activity, let error):
            note("\(activity.words) failed: \(error.description)")
        case .leaseLost(_, let loss, _):
            state.withLock { $0.lost += 1 }
            note("a message was lost before it was handled: \(loss.explanation)")
        case .deletedWithoutRun: state.withLock { $0.duplicates += 1 }
        case .released(let count, let cause):
            state.withLock { $0.released[cause.label, default: 0] += count }
        case .gateTripped(let handler, let reason, _), .gateExplained(let handler, let reason):
            note("handler \(handler) cannot work: \(reason)")
        case .retryScheduled, .delayCapped, .rejected, .deadLetterFailed, .outcomeDiscarded,
            .deleteFailed, .unmatched, .groupStalled, .groupMoves,
            .troubleEnded, .troubleForgotten, .gateRecovered, .gateLifted, .handlerSlowed,
            .handlerRecovered, .visibilityTimeout, .visibilityTimeoutAssumed, .drainBegan,
            .drainCalledOff, .handlersCancelled, .handlersAbandoned, .drainEnded:
            break
        }
    }

    /// Notes how long ago a message was sent whose handler starts.
    /// Called for every run.
    func noteStart(of message: Message, by handler: String) {
        guard let sent = message.sentTimestamp else { return }
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        let milliseconds = Int64(now.tv_sec) * 1_000 + Int64(now.tv_nsec) / 1_000_000
        // The service's clock may be ahead.
        let seconds = Double(max(0, milliseconds - sent)) / 1_000
        state.withLock { $0.handlers[handler, default: Handler()].waits.note(seconds) }
    }

    /// A runner begins to serve the queue: what it notes counts from now on, from zero.
    func begin(_ runner: ObjectIdentifier) { state.withLock { $0.change(to: runner) } }

    /// The counters of the runner's engine, as they are now.
    func note(_ present: SubscriptionSnapshot, of runner: ObjectIdentifier) {
        let now = clock.now()
        state.withLock { state in
            // One that has ended may be asked still.
            guard state.owner == runner else { return }
            state.present = present
            let counts = state.counts
            state.rates.note(received: counts.received, deleted: counts.deleted, at: now)
        }
    }

    /// The runner has ended; nothing happens where another one has begun.
    func end(_ runner: ObjectIdentifier) {
        state.withLock { if $0.owner == runner { $0.change(to: nil) } }
    }

    private func note(_ trouble: String) {
        let at = time(nil)
        state.withLock { $0.lastTrouble = (trouble, at) }
    }

    private func note(_ run: HandledMessage) {
        let now = clock.now()
        state.withLock { state in
            state.handlers[run.handler, default: Handler()].count(run, at: now)
            if run.result.isTrouble { state.lastFailure = (run, time(nil)) }
        }
    }
}

extension QueueFigures.Handler {
    fileprivate mutating func count(_ run: HandledMessage, at now: Instant) {
        switch run.result {
        case .outcome(.done): runs.done += 1
        case .outcome(.retry), .threw, .failed: runs.retried += 1
        case .outcome(.reject): runs.rejected += 1
        // Nothing ran.
        case .unavailable:
            runs.unavailable += 1
            return
        case .cancelled: runs.cancelled += 1
        }
        durations.note(run.duration, at: now)
        histogram.note(run.duration.inSeconds)
    }
}

extension ReleaseCause {
    /// The cause as labels of metrics and members of JSON are written.
    fileprivate var label: String {
        switch self {
        case .keptLong: "kept_long"
        case .groupFailure: "group_failure"
        case .stopping, .gate, .slowed, .early, .surplus: rawValue
        }
    }
}

extension HandlerResult {
    /// Whether an operator may want to know why.
    var isTrouble: Bool {
        switch self {
        case .outcome(.retry), .outcome(.reject), .threw, .failed, .unavailable: true
        case .outcome(.done), .cancelled: false
        }
    }
}

extension QueueFigures.Figures {
    /// What went wrong last, a run or something else.
    var failure: QueueReport.Failure? {
        let run = lastFailure.map { failure in
            QueueReport.Failure(
                text: "\(failure.run.handler) \(failure.run.messageID): "
                    + RunSentence(failure.run).text(isOutputShown: true), at: failure.at)
        }
        let trouble = lastTrouble.map { QueueReport.Failure(text: $0.text, at: $0.at) }
        guard let run, let trouble else { return run ?? trouble }
        return run.at >= trouble.at ? run : trouble
    }
}
