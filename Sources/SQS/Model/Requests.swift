package import MessageHandling

/// What a ReceiveMessage asks for.
package struct ReceiveRequest: Sendable, Equatable {
    package var queue: Queue
    /// 1 to 10.
    package var maximumMessages: Int
    /// 0 to 20 s, whole seconds. The request's own timeout is at least 10 s longer.
    package var waitTime: Duration
    /// 0 s to 12 h, whole seconds; the queue's own where nil.
    package var visibilityTimeout: Duration?
    /// FIFO only: the same id repeats a receive whose answer was lost, for 5 minutes.
    package var attemptID: String?

    package init(
        queue: Queue, maximumMessages: Int, waitTime: Duration,
        visibilityTimeout: Duration? = nil, attemptID: String? = nil
    ) {
        self.queue = queue
        self.maximumMessages = maximumMessages
        self.waitTime = waitTime
        self.visibilityTimeout = visibilityTimeout
        self.attemptID = attemptID
    }
}

/// One entry of a DeleteMessageBatch. Ids are the caller's, distinct within a batch.
package struct DeleteEntry: Sendable, Equatable {
    package var id: String
    package var receiptHandle: String

    package init(id: String, receiptHandle: String) {
        self.id = id
        self.receiptHandle = receiptHandle
    }
}

/// One entry of a ChangeMessageVisibilityBatch.
package struct VisibilityEntry: Sendable, Equatable {
    package var id: String
    package var receiptHandle: String
    /// The time from the moment that SQS takes the call; 0 releases. Whole seconds, 12 h at most.
    package var timeout: Duration

    package init(id: String, receiptHandle: String, timeout: Duration) {
        self.id = id
        self.receiptHandle = receiptHandle
        self.timeout = timeout
    }
}

/// One entry of a SendMessageBatch.
package struct SendEntry: Sendable, Equatable {
    package var id: String
    package var body: String
    package var attributes: [String: MessageAttribute]
    /// Standard queues only: 0 to 900 s.
    package var delay: Duration?
    package var groupID: String?
    package var deduplicationID: String?
    /// The X-Ray trace header: the one system attribute that a sender may set.
    package var traceHeader: String?

    package init(
        id: String, body: String, attributes: [String: MessageAttribute] = [:],
        delay: Duration? = nil, groupID: String? = nil, deduplicationID: String? = nil,
        traceHeader: String? = nil
    ) {
        self.id = id
        self.body = body
        self.attributes = attributes
        self.delay = delay
        self.groupID = groupID
        self.deduplicationID = deduplicationID
        self.traceHeader = traceHeader
    }
}
