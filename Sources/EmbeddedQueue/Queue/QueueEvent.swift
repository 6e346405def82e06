/// Something that happened to a message of a queue. Kept on demand only: a simulation checks its
/// invariants against them.
package struct QueueEvent: Sendable, Equatable {
    package enum Kind: Sendable, Equatable {
        case sent
        case received(receiptHandle: String)
        /// Its visibility was changed by the handle of an earlier receive than the latest.
        case changedByOlderHandle
        /// Its delay is over, its visibility timeout lapsed, or it was released.
        case visible
        case deleted
        /// Kept longer than the retention period.
        case expired
        case purged
        /// Received too often.
        case deadLettered
        /// Given by a move task to another queue, which tells of a message sent.
        case moved
        /// Came from the queue whose dead-letter queue this is.
        case arrivedDead
    }

    package let kind: Kind
    package let messageID: String
    let at: StoreInstant
}
