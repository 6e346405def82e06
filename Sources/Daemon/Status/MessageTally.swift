import MessageHandling
import SubscriberEngine
import Synchronization

/// What became of messages since the start, over all queues, those that are gone included.
final class MessageTally: Sendable {
    private let failed = Atomic<Int>(0)
    private let rejected = Atomic<Int>(0)

    /// Counts what a report is about. Called for every message.
    func note(_ report: Report) {
        if case .handled(let run) = report, run.result.isFailure {
            failed.wrappingAdd(1, ordering: .relaxed)
        } else if case .rejected = report {
            rejected.wrappingAdd(1, ordering: .relaxed)
        }
    }

    /// - Parameter handled: the messages that were deleted.
    func counts(handled: Int) -> MessageCounts {
        MessageCounts(
            handled: handled, failed: failed.load(ordering: .relaxed),
            rejected: rejected.load(ordering: .relaxed))
    }
}

/// How many messages were handled, runs failed, and messages rejected, since the start.
package struct MessageCounts: Sendable {
    let handled: Int
    let failed: Int
    let rejected: Int

    package init(handled: Int = 0, failed: Int = 0, rejected: Int = 0) {
        (self.handled, self.failed, self.rejected) = (handled, failed, rejected)
    }
}

extension HandlerResult {
    /// Whether the run brings its message back.
    fileprivate var isFailure: Bool {
        switch self {
        case .outcome(.retry), .threw, .failed: true
        case .outcome(.done), .outcome(.reject), .unavailable, .cancelled: false
        }
    }
}
