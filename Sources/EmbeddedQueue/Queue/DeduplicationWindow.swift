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

    struct Entry: Sendable, Equatable {
        let key: Key
        let answer: SentMessage
        /// When it is forgotten.
        let until: StoreInstant
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

    /// The entries must come in the order of their times.
    mutating func remember(_ entry: Entry) {
        sent[entry.key] = entry.answer
        order.append((entry.until, entry.key))
    }
}
