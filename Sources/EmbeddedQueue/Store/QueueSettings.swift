/// How a queue behaves. The defaults are those of the service.
package struct QueueSettings: Sendable, Equatable {
    package var visibilityTimeout = Duration.seconds(30)
    package var delay = Duration.zero
    var retention = Duration.seconds(345_600)
    var receiveWait = Duration.zero
    /// Bytes of body and attributes together.
    package var maximumMessageSize = StoreLimits.messageSize.upperBound
    var redrive: RedrivePolicy?
    var redriveAllow: RedriveAllowPolicy?
    var contentBasedDeduplication = false
    var deduplicationScope = DeduplicationScope.queue
    var throughputLimit = ThroughputLimit.perQueue
    /// Attributes that are kept and answered and have no effect here (`Policy`, encryption), by
    /// name.
    var inert: [String: String] = [:]

    package init() {}
}

/// Where messages go that were received too often.
package struct RedrivePolicy: Sendable, Equatable {
    package var deadLetterTargetARN: String
    package var maxReceiveCount: Int
    /// The policy as it was given, which GetQueueAttributes gives back.
    var document: String

    package init(deadLetterTargetARN: String, maxReceiveCount: Int, document: String? = nil) {
        self.deadLetterTargetARN = deadLetterTargetARN
        self.maxReceiveCount = maxReceiveCount
        self.document =
            document
                ?? """
                {"deadLetterTargetArn":"\(deadLetterTargetARN)",\
                "maxReceiveCount":\(maxReceiveCount)}
                """
    }
}

/// Which queues may name this one as their dead-letter queue.
package struct RedriveAllowPolicy: Sendable, Equatable {
    package enum Permission: Sendable, Equatable {
        case allowAll
        case denyAll
        case byQueue(sourceARNs: [String])
    }

    var permission: Permission
    /// The policy as it was given, which GetQueueAttributes gives back.
    var document: String

    package init(permission: Permission, document: String) {
        self.permission = permission
        self.document = document
    }
}

/// What a deduplication id must be new in.
package enum DeduplicationScope: String, Sendable {
    case queue
    case messageGroup
}

/// Kept and answered; the embedded queue has no throughput quota.
package enum ThroughputLimit: String, Sendable {
    case perQueue
    case perMessageGroupID = "perMessageGroupId"
}

/// One attribute given to CreateQueue or SetQueueAttributes.
package enum QueueSetting: Sendable, Equatable {
    case visibilityTimeout(Duration)
    case delay(Duration)
    case retention(Duration)
    case receiveWait(Duration)
    case maximumMessageSize(Int)
    case redrive(RedrivePolicy?)
    case redriveAllow(RedriveAllowPolicy?)
    case fifo(Bool)
    case contentBasedDeduplication(Bool)
    case deduplicationScope(DeduplicationScope)
    case throughputLimit(ThroughputLimit)
    /// An attribute without effect here; an empty value removes it.
    case inert(name: String, value: String)
}

extension QueueSetting {
    /// The name that SQS has for it.
    var attributeName: String {
        switch self {
        case .visibilityTimeout: "VisibilityTimeout"
        case .delay: "DelaySeconds"
        case .retention: "MessageRetentionPeriod"
        case .receiveWait: "ReceiveMessageWaitTimeSeconds"
        case .maximumMessageSize: "MaximumMessageSize"
        case .redrive: "RedrivePolicy"
        case .redriveAllow: "RedriveAllowPolicy"
        case .fifo: "FifoQueue"
        case .contentBasedDeduplication: "ContentBasedDeduplication"
        case .deduplicationScope: "DeduplicationScope"
        case .throughputLimit: "FifoThroughputLimit"
        case .inert(let name, _): name
        }
    }

    /// Whether it means something on FIFO queues only.
    var isForFIFO: Bool {
        switch self {
        case .fifo, .contentBasedDeduplication, .deduplicationScope, .throughputLimit: true
        case .visibilityTimeout, .delay, .retention, .receiveWait, .maximumMessageSize, .redrive,
            .redriveAllow, .inert:
            false
        }
    }

    func apply(to settings: inout QueueSettings) {
        switch self {
        case .visibilityTimeout(let timeout): settings.visibilityTimeout = timeout
        case .delay(let delay): settings.delay = delay
        case .retention(let retention): settings.retention = retention
        case .receiveWait(let wait): settings.receiveWait = wait
        case .maximumMessageSize(let size): settings.maximumMessageSize = size
        case .redrive(let policy): settings.redrive = policy
        case .redriveAllow(let policy): settings.redriveAllow = policy
        case .fifo: break  // settled by the queue's name, for good
        case .contentBasedDeduplication(let isOn): settings.contentBasedDeduplication = isOn
        case .deduplicationScope(let scope): settings.deduplicationScope = scope
        case .throughputLimit(let limit): settings.throughputLimit = limit
        case .inert(let name, let value): settings.inert[name] = value.isEmpty ? nil : value
        }
    }
}
