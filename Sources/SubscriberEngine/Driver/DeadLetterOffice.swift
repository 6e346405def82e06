/// What dead letters say of this process, and who hears of them.
package struct DeadLetterOffice: Sendable {
    /// The host's name; empty where it is not known.
    package let host: String
    /// The time of day, as ISO 8601.
    package let time: @Sendable () -> String
    /// Called for each that the dead-letter queue has taken, before its original is deleted. It
    /// must return at once.
    package let sent: @Sendable (SentDeadLetter) -> Void

    package init(
        host: String = "", time: @escaping @Sendable () -> String = { "" },
        sent: @escaping @Sendable (SentDeadLetter) -> Void = { _ in }
    ) {
        self.host = host
        self.time = time
        self.sent = sent
    }
}

/// A message that the dead-letter queue has taken.
package struct SentDeadLetter: Sendable, Equatable {
    /// The id that it had in the queue that it came from.
    package let messageID: String
    /// The id that it has in the dead-letter queue.
    package let newMessageID: String
    /// The name of the dead-letter queue.
    package let queue: String
    /// Nil where no handler matched the message.
    package let handler: String?
    package let reason: String
    package let receiveCount: Int
    /// Nil where the message has no trace.
    package let traceID: String?
}
