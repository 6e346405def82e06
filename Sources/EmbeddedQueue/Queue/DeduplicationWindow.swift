import DequeModule
import SQS

/// The deduplication ids of the last five minutes, with what was answered to the first of each.
///
/// They outlive their messages: a message sent again after it was deleted is still a duplicate.
struct DeduplicationWindow: Sendable {
    struct Key: Hashable, Sendable {
        let id: String
        /// Nil where the id must be new in the whole queue.
        let group: String?
    }

    private var sent: [Key: SentMessage] = [:]
    private var order = Deque<(until: StoreInstant, key: Key)>()

    /// What the first message of this id was answered; nil where it is new.
    mutating func duplicate(of key: Key, at now: StoreInstant) -> SentMessage? {
        while let oldest = order.first, oldest.until <= now {
            sent[oldest.key] = nil
            order.removeFirst()
        }
        return sent[key]
    }

    mutating func remember(_ key: Key, _ answer: SentMessage, at now: StoreInstant) {
        sent[key] = answer
        order.append((now + StoreLimits.deduplication, key))
    }
}
