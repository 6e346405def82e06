import Control
import MessageHandling
import SQS
import SubscriberEngine
import Synchronization

/// How many messages were given up, as SQS counts them.
final class DeadLetterDepth: Sendable {
    private let count = WatchedCount<QueueReport.DeadLetters>()
    private let found = Mutex<(arn: String, queue: Queue)?>(nil)

    func latest(
        at now: Instant, asking: @escaping WatchedCount<QueueReport.DeadLetters>.Ask
    ) -> QueueReport.DeadLetters? {
        count.latest(at: now, asking: asking) {
            .unknown($0.kind == .denied ? "not allowed" : "not known")
        }
    }

    /// The queue of that ARN, where it was found before.
    func known(_ arn: String) -> Queue? {
        found.withLock { $0.flatMap { $0.arn == arn ? $0.queue : nil } }
    }

    func remember(_ queue: Queue, as arn: String) {
        found.withLock { $0 = (arn, queue) }
    }
}
