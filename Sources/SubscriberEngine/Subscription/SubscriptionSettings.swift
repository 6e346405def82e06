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
    /// 64 receives that are out at once bring, at 10 ms to SQS, 64,000 messages/s.
    package static let defaultMaximumPollers = 64
    /// Six receives of the largest messages.
    package static let defaultBytesInHand = 64 << 20

    /// The lease of a message; nil for the queue's own visibility timeout. Whole seconds; taken to
    /// be between 2 s, the shortest that can be renewed in time, and 12 h.
    package var visibilityTimeout: Duration?
    /// How long a receive waits for a message: 1 to 20 s, whole seconds.
    package var waitTime: Duration
    /// How many receives may be out at once.
    package var maximumPollers: Int
    /// The most bytes of messages in hand; one receive is always allowed.
    package var bytesInHand = defaultBytesInHand
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
///
/// What its policy and its limits say are members of it: `settings.retry`.
@dynamicMemberLookup
package struct HandlerSettings: Sendable, Equatable {
    package var id: HandlerID
    package var name: String
    /// How many of its runs may be out at once; 1 at least.
    package var concurrency: Int
    package var policy: HandlerPolicy
    /// It gets some of the queue's messages only: the others are for other handlers.
    package var isSelective: Bool
    /// How many messages of a group it takes at once, to work on them in their order.
    package var groupBatch: Int

    package init(
        id: HandlerID, name: String, concurrency: Int, policy: HandlerPolicy = HandlerPolicy(),
        isSelective: Bool = false, groupBatch: Int = 1
    ) {
        self.id = id
        self.name = name
        self.concurrency = concurrency
        self.policy = policy
        self.isSelective = isSelective
        self.groupBatch = groupBatch
    }

    package subscript<Value>(dynamicMember field: KeyPath<HandlerPolicy, Value>) -> Value {
        policy[keyPath: field]
    }

    package subscript<Value>(dynamicMember field: KeyPath<HandlerLimits, Value>) -> Value {
        policy.limits[keyPath: field]
    }
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
