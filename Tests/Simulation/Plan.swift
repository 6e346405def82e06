import MessageHandling
package import SQS
package import SubscriberEngine

/// What one run is made of: the queue, the daemons, their handlers, and what goes wrong.
///
/// As it stands without changes nothing goes wrong.
package struct Plan: Sendable {
    /// A time in which something is wrong, for one daemon or (nil) for all.
    package struct Window: Sendable {
        package var host: Int?
        package var from: Instant
        package var until: Instant

        func covers(_ moment: Instant, _ index: Int) -> Bool {
            from <= moment && moment < until && (host ?? index) == index
        }
    }

    /// Something that happens once, to one daemon.
    package struct Incident: Sendable {
        package var host: Int
        package var at: Instant
    }

    /// Calls of one kind (nil for all) that are refused as a whole for a while.
    package struct Refusal: Sendable {
        package var activity: Activity?
        package var kind: SQSError.Kind
        package var window: Window
    }

    /// Which handlers ask for a message.
    package enum Matching: Sendable {
        case all
        /// One, by the number of the message.
        case one
        /// All, but none for some messages.
        case allOrNone
    }

    /// A handler that cannot work for a while.
    package struct Breakdown: Sendable {
        package var handler: HandlerID
        package var window: Window
    }

    package var isFIFO = false
    package var hosts = 1
    package var slots = 16
    package var messages = 60
    package var groups = 5
    package var publishing = Duration.seconds(60)
    /// Faults happen up to here; after it everything must come to its end.
    package var trouble = Duration.seconds(240)
    /// The visibility timeout of the queue, and what an operator makes of it, when.
    package var queueTimeout = Duration.seconds(10)
    package var timeoutChanges: [(at: Instant, timeout: Duration)] = []
    /// What the daemons' configuration says of the queue: the timeout instead of the queue's own,
    /// and whether reloads change it and the rest.
    package var configuredTimeout: Duration?
    package var maximumPollers = QueueSettings.defaultMaximumPollers
    package var unmatched = UnmatchedPolicy.leave
    package var weight = 1
    package var priority = 0
    package var reloadsQueue = false
    package var mayReadAttributes = true
    package var handlerCount = 1
    /// How many messages of a group a handler takes at once.
    package var groupBatch = 1
    package var matching = Matching.all
    package var messagesPerSecond: Double?
    package var concurrency = 8
    package var slowestHandler = Duration.seconds(2)
    package var hasNeighbour = false
    package var hasDeadLetterQueue = false
    /// The queue's own redrive policy.
    package var maximumReceives: Int?
    package var retry = RetryPolicy.visibilityTimeout
    /// Of the handlers in turn.
    package var onLeaseLost = [LeaseLostPolicy.cancel]

    // The network, by probability for each call.
    package var loseRequest = 0.0
    package var loseAnswer = 0.0
    /// Answers that come seconds late, many after the daemon has given up.
    package var slowAnswer = 0.0
    /// Requests that reach the service late, many after the daemon has given up.
    package var slowRequest = 0.0
    /// Requests that reach the service twice.
    package var echo = 0.0
    /// Whether the service notices that a client which waits has gone.
    package var noticesHangUps = true
    package var partitions: [Window] = []

    // The service.
    package var throttle = 0.0
    package var throttling: [Window] = []
    package var entryFails = 0.0
    /// A message that was given out before is given out once more (standard queues).
    package var duplicate = 0.0
    package var expiredCredentials: [Window] = []
    /// The wall clock of a daemon's machine is wrong: the service refuses its signatures.
    package var wrongClocks: [Window] = []
    /// Calls that are refused as a whole, in the order of precedence.
    package var refusals: [Refusal] = []
    /// The service's own clock jumps.
    package var serviceClockJumps: [(at: Instant, by: Duration)] = []

    // The handlers.
    package var handlerFails = 0.0
    package var handlerUnavailable = 0.0
    package var handlerHangs = 0.0
    package var ignoreCancel = 0.0
    /// So many of the messages, the first ones, fail whenever they are run.
    package var badMessages = 0
    /// Times in which handlers take so much longer.
    package var slowSpells: [Window] = []
    package var slowness = 100.0
    /// Times in which every run fails.
    package var failing: [Window] = []
    package var breakdowns: [Breakdown] = []
    /// How often a handler that cannot work knows it when it is asked without a message.
    package var breakdownIsSeen = 0.0

    // The daemons.
    /// Results of handlers reach the engine several at once.
    package var gathersResults = false
    package var stops: [Incident] = []
    package var kills: [Incident] = []
    package var reloads: [Incident] = []
    /// Reloads that take the queue away, and bring it back soon after.
    package var departures: [Incident] = []

    package init() {}

    var queueSettings: QueueSettings {
        QueueSettings(
            visibilityTimeout: configuredTimeout, maximumPollers: maximumPollers,
            unmatched: unmatched,
            deadLetterQueueURL: hasDeadLetterQueue ? World.deadLetterQueue : nil, weight: weight,
            priority: priority)
    }

    func settings(
        _ queue: QueueSettings, concurrency: Int? = nil, handlers: Int? = nil
    ) -> SubscriptionSettings {
        SubscriptionSettings(
            queue: queue, isFIFO: isFIFO,
            handlers: (0..<(handlers ?? handlerCount)).map {
                HandlerSettings(
                    id: HandlerID($0), name: "h\($0)",
                    concurrency: concurrency ?? self.concurrency, policy: policy(HandlerID($0)),
                    groupBatch: groupBatch)
            })
    }

    private func policy(_ handler: HandlerID) -> HandlerPolicy {
        var policy = HandlerPolicy()
        policy.retry = retry
        policy.onLeaseLost = onLeaseLost(handler)
        policy.limits.messagesPerSecond = messagesPerSecond
        return policy
    }

    func onLeaseLost(_ handler: HandlerID) -> LeaseLostPolicy {
        onLeaseLost[handler.value % onLeaseLost.count]
    }

    /// Those of the handlers that ask for a message.
    func matching(_ handlers: [HandlerID], _ message: Int) -> [HandlerID] {
        switch matching {
        case .all: handlers
        case .one: handlers.filter { $0.value == message % handlerCount }
        case .allOrNone: message % 5 == 0 ? [] : handlers
        }
    }

    var queueName: String { isFIFO ? "orders.fifo" : "orders" }
}
