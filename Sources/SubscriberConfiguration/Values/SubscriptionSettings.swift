package import AWS
package import Intake

/// One queue with what concerns the queue, and all handlers that ask for its messages.
package struct SubscriptionSettings: Sendable, Equatable {
    /// The most precise of the references that the handlers gave.
    package let queue: QueueReference
    /// Whole seconds from 1 s to 12 h; nil = the queue's own.
    package let visibilityTimeout: Duration?
    /// The share of the slots, relative to the other queues of the same priority: 1 to 100.
    package let weight: Int
    /// Who gets a free slot first: 0 to 100, the highest first.
    package let priority: Int
    package let unmatched: UnmatchedPolicy
    package let deadLetterQueue: QueueReference?
    /// What bodies are taken out of, the outermost first.
    package let unwrap: [Envelope]
    /// What a compressed body or payload may grow to, in bytes.
    package let unwrapLimit: Int
    /// The largest payload that is fetched from S3, in bytes.
    package let payloadLimit: Int
    /// Whether a payload in S3 is deleted after its message.
    package let deletesPayload: Bool
    /// The maximum of receives at the same time: 1 to 16.
    package let pollers: Int
    /// Sorted by name; never empty.
    package let handlers: [HandlerSettings]

    package init(
        queue: QueueReference, visibilityTimeout: Duration?, weight: Int, priority: Int = 0,
        unmatched: UnmatchedPolicy, deadLetterQueue: QueueReference?, pollers: Int,
        handlers: [HandlerSettings], unwrap: [Envelope] = [],
        unwrapLimit: Int = Envelope.defaultLimit,
        payloadLimit: Int = SubscriptionSettings.defaultPayloadLimit, deletesPayload: Bool = false
    ) {
        self.queue = queue
        self.visibilityTimeout = visibilityTimeout
        self.weight = weight
        self.priority = priority
        self.unmatched = unmatched
        self.deadLetterQueue = deadLetterQueue
        self.pollers = pollers
        self.unwrap = unwrap
        self.unwrapLimit = unwrapLimit
        self.payloadLimit = payloadLimit
        self.deletesPayload = deletesPayload
        self.handlers = handlers
    }

    /// Sixteen of the largest messages: what 64 slots of the default hold together, 1 GiB, still
    /// fits a server.
    package static let defaultPayloadLimit = 16 << 20
}

/// What becomes of a message that no handler asked for.
package enum UnmatchedPolicy: String, Sendable, CaseIterable {
    /// Its visibility timeout brings it back.
    case leave
    case delete
    /// To the dead-letter queue.
    case reject
}
