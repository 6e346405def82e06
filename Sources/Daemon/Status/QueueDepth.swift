import AWS
import Control
import MessageHandling
import SQS
import SubscriberEngine
import Synchronization

/// How many messages SQS has in a queue, whether or not it is served at present; for the history
/// that the page shows asked once a minute.
final class QueueDepth: Sendable {
    static let attributes = [
        "ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible",
        "ApproximateNumberOfMessagesDelayed",
    ]
    static let unwatchedInterval = Duration.seconds(60)

    private let count = WatchedCount<QueueReport.Depth>()
    private let found = Mutex<Queue?>(nil)

    /// - Parameters:
    ///   - queue: nil where it has not been looked up, or not for this.
    ///   - reference: how the configuration names it.
    func latest(
        of queue: Queue? = nil, named reference: QueueReference, by opener: QueueOpener,
        at now: Instant, every interval: Duration = watchedInterval
    ) -> QueueReport.Depth? {
        if let queue { found.withLock { $0 = queue } }
        return count.latest(
            at: now, every: interval,
            asking: { () async throws(SQSError) in
                let known = self.found.withLock { $0 }
                let queue = if let known { known } else { try await opener.locate(reference) }
                self.found.withLock { $0 = queue }
                return QueueReport.Depth(
                    try await opener.service.attributes(Self.attributes, of: queue.url))
            })
    }
}

extension QueueReport.Depth {
    fileprivate init?(_ attributes: [String: String]) {
        let numbers = QueueDepth.attributes.compactMap { attributes[$0].flatMap { Int($0) } }
        guard numbers.count == 3 else { return nil }
        self.init(visible: numbers[0], inFlight: numbers[1], delayed: numbers[2])
    }
}
