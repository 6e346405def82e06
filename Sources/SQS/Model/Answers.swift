/// What SQS says of a message it took.
package struct SentMessage: Sendable, Equatable {
    package var id: String
    /// FIFO queues only.
    package var sequenceNumber: String?

    package init(id: String, sequenceNumber: String? = nil) {
        self.id = id
        self.sequenceNumber = sequenceNumber
    }
}

/// A batch call's answer, entry by entry. Every id asked for is in one of the two; an entry that
/// the service left out of its answer is among the failed, as transient.
package struct BatchResult<Success: Sendable>: Sendable {
    package var successful: [String: Success]
    package var failed: [String: SQSError]

    package init(successful: [String: Success] = [:], failed: [String: SQSError] = [:]) {
        self.successful = successful
        self.failed = failed
    }
}
