/// A message as ReceiveMessage answers it, its digests verified.
package struct ReceivedMessage: Sendable, Equatable {
    package var id: String
    package var receiptHandle: String
    package var body: String
    /// The system attributes (`ApproximateReceiveCount`, …) by name.
    package var systemAttributes: [String: String]
    package var attributes: [String: MessageAttributeValue]

    package init(
        id: String, receiptHandle: String, body: String, systemAttributes: [String: String] = [:],
        attributes: [String: MessageAttributeValue] = [:]
    ) {
        self.id = id
        self.receiptHandle = receiptHandle
        self.body = body
        self.systemAttributes = systemAttributes
        self.attributes = attributes
    }
}

/// A message attribute on the wire.
package struct MessageAttributeValue: Sendable, Equatable {
    /// `String`, `Number` or `Binary`, with an optional suffix after a dot.
    package var dataType: String
    package var value: Value

    package enum Value: Sendable, Equatable {
        case text(String)
        case binary([UInt8])
    }

    package init(dataType: String, value: Value) {
        self.dataType = dataType
        self.value = value
    }
}

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
