/// What the engine is told of one queue and its handlers.
package struct SubscriptionSettings: Sendable, Equatable {
    package var queue: QueueSettings
    /// FIFO queues keep their groups in order and repeat a receive whose answer was lost.
    package var isFIFO: Bool
    package var handlers: [HandlerSettings]

    package init(queue: QueueSettings, isFIFO: Bool, handlers: [HandlerSettings]) {
        self.queue = queue
        self.isFIFO = isFIFO
        self.handlers = handlers
    }
}

/// What concerns a queue rather than one handler.
package struct QueueSettings: Sendable, Equatable {
    /// ReceiveMessage waits 20 s at most.
    package static let longestWaitTime = Duration.seconds(20)
    /// Eight receives that are out at once bring, at 10 ms to SQS, 8,000 messages/s.
    package static let defaultMaximumPollers = 8

    /// The lease of a message; nil for the queue's own visibility timeout. Whole seconds; taken to
    /// be between 2 s, the shortest that can be renewed in time, and 12 h.
    package var visibilityTimeout: Duration?
    /// How long a receive waits for a message: 1 to 20 s, whole seconds.
    package var waitTime: Duration
    /// How many receives may be out at once.
    package var maximumPollers: Int
    package var unmatched: UnmatchedPolicy
    /// Where rejected messages go; nil leaves them to the queue's own redrive policy.
    package var deadLetterQueueURL: String?
    /// The share of the daemon's slots under contention, against the weights of the others of the
    /// same priority.
    package var weight: Int
    /// The highest priority gets a free slot under contention. One slot is kept for each queue.
    package var priority: Int

    package init(
        visibilityTimeout: Duration? = nil, waitTime: Duration = longestWaitTime,
        maximumPollers: Int = defaultMaximumPollers, unmatched: UnmatchedPolicy = .leave,
        deadLetterQueueURL: String? = nil, weight: Int = 1, priority: Int = 0
    ) {
        self.visibilityTimeout = visibilityTimeout
        self.waitTime = waitTime
        self.maximumPollers = maximumPollers
        self.unmatched = unmatched
        self.deadLetterQueueURL = deadLetterQueueURL
        self.weight = weight
        self.priority = priority
    }
}

/// What happens to a message that no handler matches.
package enum UnmatchedPolicy: String, Sendable, CaseIterable {
    /// Its visibility timeout brings it back.
    case leave
    case delete
    /// It ends as if a handler had rejected it.
    case reject
}

/// What the engine is told of one handler.
package struct HandlerSettings: Sendable, Equatable {
    package var id: HandlerID
    package var name: String
    /// How many of its runs may be out at once; 1 at least.
    package var concurrency: Int
    package var retry: RetryPolicy
    package var onLeaseLost: LeaseLostPolicy
    /// What the handler is to get at most; nil for no limit. The whole queue is received from at
    /// this pace: what it may not get yet waits in the queue.
    package var messagesPerSecond: Double?
    /// It gets some of the queue's messages only: the others are for other handlers.
    package var isSelective: Bool

    package init(
        id: HandlerID, name: String, concurrency: Int, retry: RetryPolicy = .visibilityTimeout,
        onLeaseLost: LeaseLostPolicy = .cancel, messagesPerSecond: Double? = nil,
        isSelective: Bool = false
    ) {
        self.id = id
        self.name = name
        self.concurrency = concurrency
        self.retry = retry
        self.onLeaseLost = onLeaseLost
        self.messagesPerSecond = messagesPerSecond
        self.isSelective = isSelective
    }
}

/// What a handler wants when its message's lease is lost.
package enum LeaseLostPolicy: String, Sendable, CaseIterable {
    /// The handler is cancelled before another host can have the message.
    case cancel
    /// The handler goes on: its work is worth finishing twice. When it is done, the delete is still
    /// tried.
    case `continue`
}

/// The attributes of a queue that the engine heeds.
package struct QueueAttributes: Sendable, Equatable {
    package var visibilityTimeout: Duration
    /// `maxReceiveCount` of the redrive policy; nil where the queue has none.
    package var maximumReceives: Int?

    package init(visibilityTimeout: Duration, maximumReceives: Int? = nil) {
        self.visibilityTimeout = visibilityTimeout
        self.maximumReceives = maximumReceives
    }
}
