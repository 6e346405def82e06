package import MessageHandling
package import SQS

/// An answer on its way to who asked.
package struct StoreDelivery: Sendable {
    package let caller: CallerID
    package let answer: Result<StoreAnswer, StoreError>

    init(_ caller: CallerID, _ answer: Result<StoreAnswer, StoreError>) {
        self.caller = caller
        self.answer = answer
    }
}

/// What the store answers. The request decides which case it is.
package enum StoreAnswer: Sendable {
    case done
    /// The name of the queue.
    case queue(String)
    case queues(NamePage)
    case description(QueueDescription)
    case tags([String: String])
    case moveStarted(MessageMove)
    /// The latest first.
    case moves([MessageMove])
    case moveCancelled(moved: Int)
    case sent(SentMessage)
    case sentBatch([EntryAnswer<SentMessage>])
    /// Empty where nothing became visible in time.
    case received([DeliveredMessage])
    case batch([EntryAnswer<Void>])
    case browsed(BrowsedMessages)
}

/// What became of one entry of a batch; the entries keep their order.
package struct EntryAnswer<Success: Sendable>: Sendable {
    package let id: String
    package let result: Result<Success, StoreError>
}

/// Names of queues in their order.
package struct NamePage: Sendable, Equatable {
    package let names: [String]
    /// What the next page is asked for with; nil on the last.
    package let nextToken: String?
}

/// Everything that GetQueueAttributes can tell.
package struct QueueDescription: Sendable {
    let arn: String
    let isFIFO: Bool
    package let settings: QueueSettings
    package let createdAt: StoreInstant
    package let modifiedAt: StoreInstant
    package let visible: Int
    package let inFlight: Int
    package let delayed: Int
}

/// A message as one receive delivers it.
package struct DeliveredMessage: Sendable {
    package let content: MessageContent
    package let receiptHandle: String
    package let receiveCount: Int
    let firstReceivedAt: StoreInstant
    /// The ARN of the queue that it was moved from for being received too often.
    package let deadLetterSourceARN: String?

    /// The system attributes by name, as SQS writes them.
    package var systemAttributes: [String: String] {
        var attributes = [
            "SenderId": content.senderID,
            "SentTimestamp": String(content.sentAt.milliseconds),
            "ApproximateReceiveCount": String(receiveCount),
            "ApproximateFirstReceiveTimestamp": String(firstReceivedAt.milliseconds),
        ]
        attributes["MessageGroupId"] = content.groupID
        attributes["MessageDeduplicationId"] = content.deduplicationID
        attributes["SequenceNumber"] = content.sequenceNumber
        attributes["AWSTraceHeader"] = content.traceHeader
        attributes["DeadLetterQueueSourceArn"] = deadLetterSourceARN
        return attributes
    }
}

/// What never changes about a message, shared by every copy of the store that holds it.
package final class MessageContent: Sendable {
    package let id: String
    package let body: String
    package let attributes: [String: MessageAttribute]
    package let groupID: String?
    package let deduplicationID: String?
    /// FIFO queues only.
    let sequenceNumber: String?
    let traceHeader: String?
    let senderID: String
    package let sentAt: StoreInstant

    init(
        _ message: NewMessage, id: String, deduplicationID: String?, sequenceNumber: String?,
        senderID: String, sentAt: StoreInstant
    ) {
        self.id = id
        body = message.entry.body
        attributes = message.entry.attributes
        groupID = message.entry.groupID
        self.deduplicationID = deduplicationID
        self.sequenceNumber = sequenceNumber
        traceHeader = message.traceHeader
        self.senderID = senderID
        self.sentAt = sentAt
    }

    /// A message that goes to a FIFO dead-letter queue, under its id as its deduplication id: two
    /// that share one may come there from different queues.
    init(burying content: MessageContent) {
        id = content.id
        body = content.body
        attributes = content.attributes
        groupID = content.groupID
        deduplicationID = content.id
        sequenceNumber = content.sequenceNumber
        traceHeader = content.traceHeader
        senderID = content.senderID
        sentAt = content.sentAt
    }

    /// A message that another queue gives back: a new one that says what the old one said.
    init(
        redriving content: MessageContent, id: String, sequenceNumber: String?, sentAt: StoreInstant
    ) {
        self.id = id
        body = content.body
        attributes = content.attributes
        groupID = content.groupID
        deduplicationID = content.deduplicationID
        self.sequenceNumber = sequenceNumber
        traceHeader = content.traceHeader
        senderID = content.senderID
        self.sentAt = sentAt
    }
}
