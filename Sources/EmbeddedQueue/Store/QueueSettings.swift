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
    // Kept and answered, and without effect here: nobody is kept out and nothing is encrypted.
    var policy: PolicyDocument?
    package var encryption = Encryption()

    package init() {}
}

/// How messages are encrypted at rest: with the service's own key unless with one of KMS.
package struct Encryption: Sendable, Equatable {
    package var isManaged = true
    package var key: String?
    var keyReuse = Duration.seconds(300)
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

    /// Two are equal that say the same.
    package static func == (one: RedrivePolicy, other: RedrivePolicy) -> Bool {
        one.deadLetterTargetARN == other.deadLetterTargetARN
            && one.maxReceiveCount == other.maxReceiveCount
    }
}

/// Which queues may name this one as their dead-letter queue.
package struct RedriveAllowPolicy: Sendable, Equatable {
    package enum Permission: Sendable, Equatable {
        case allowAll
        case denyAll
        case byQueue(sourceARNs: Set<String>)
    }

    var permission: Permission
    /// The policy as it was given, which GetQueueAttributes gives back.
    var document: String

    package init(permission: Permission, document: String) {
        self.permission = permission
        self.document = document
    }

    /// Two are equal that say the same.
    package static func == (one: RedriveAllowPolicy, other: RedriveAllowPolicy) -> Bool {
        one.permission == other.permission
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
    case policy(PolicyDocument?)
    case encryptionKey(String?)
    case encryptionKeyReuse(Duration)
    case managedEncryption(Bool)
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
        case .policy: "Policy"
        case .encryptionKey: "KmsMasterKeyId"
        case .encryptionKeyReuse: "KmsDataKeyReusePeriodSeconds"
        case .managedEncryption: "SqsManagedSseEnabled"
        }
    }

    /// Whether it means something on FIFO queues only.
    var isForFIFO: Bool {
        switch self {
        case .fifo, .contentBasedDeduplication, .deduplicationScope, .throughputLimit: true
        case .visibilityTimeout, .delay, .retention, .receiveWait, .maximumMessageSize, .redrive,
            .redriveAllow, .policy, .encryptionKey, .encryptionKeyReuse, .managedEncryption:
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
        case .policy(let policy): settings.policy = policy
        case .encryptionKey(let key):
            settings.encryption.key = key
            if key != nil { settings.encryption.isManaged = false }
        case .encryptionKeyReuse(let period): settings.encryption.keyReuse = period
        case .managedEncryption(let isOn):
            settings.encryption.isManaged = isOn
            if isOn { settings.encryption.key = nil }
        }
    }
}
