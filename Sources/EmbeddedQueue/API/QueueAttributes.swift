import SQS

/// The attributes of a queue as text, as CreateQueue and SetQueueAttributes take them and
/// GetQueueAttributes gives them.
enum QueueAttributes {
    private static let readOnly: Set<String> = [
        "All", "QueueArn", "CreatedTimestamp", "LastModifiedTimestamp",
        "ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible",
        "ApproximateNumberOfMessagesDelayed",
    ]

    private static let settable: Set<String> = [
        "VisibilityTimeout", "DelaySeconds", "MessageRetentionPeriod",
        "ReceiveMessageWaitTimeSeconds", "MaximumMessageSize", "RedrivePolicy",
        "RedriveAllowPolicy", "FifoQueue", "ContentBasedDeduplication", "DeduplicationScope",
        "FifoThroughputLimit", "Policy", "KmsMasterKeyId", "KmsDataKeyReusePeriodSeconds",
        "SqsManagedSseEnabled",
    ]

    /// Whether GetQueueAttributes may be asked for it.
    static func isKnown(_ name: String) -> Bool {
        settable.contains(name) || readOnly.contains(name)
    }

    /// Reads attributes to set, in the order of their names.
    static func settings(_ attributes: [String: String]) throws(StoreError) -> [QueueSetting] {
        var settings: [QueueSetting] = []
        for (name, value) in attributes.sorted(by: { $0.key < $1.key }) {
            settings.append(try setting(name, value))
        }
        return settings
    }

    private static func setting(
        _ name: String, _ value: String
    ) throws(StoreError) -> QueueSetting {
        switch name {
        case "VisibilityTimeout":
            .visibilityTimeout(try seconds(value, .zero...StoreLimits.visibilityTimeout, name))
        case "DelaySeconds": .delay(try seconds(value, .zero...StoreLimits.delay, name))
        case "MessageRetentionPeriod": .retention(try seconds(value, StoreLimits.retention, name))
        case "ReceiveMessageWaitTimeSeconds":
            .receiveWait(try seconds(value, .zero...StoreLimits.waitTime, name))
        case "MaximumMessageSize":
            .maximumMessageSize(try valid(Int(value), name, StoreLimits.messageSize.contains))
        case "RedrivePolicy": .redrive(try RedriveDocument.policy(value))
        case "RedriveAllowPolicy": .redriveAllow(try RedriveAllowDocument.policy(value))
        case "FifoQueue": .fifo(try boolean(value, name))
        case "ContentBasedDeduplication": .contentBasedDeduplication(try boolean(value, name))
        case "DeduplicationScope":
            .deduplicationScope(try valid(DeduplicationScope(rawValue: value), name))
        case "FifoThroughputLimit":
            .throughputLimit(try valid(ThroughputLimit(rawValue: value), name))
        case "Policy":
            .policy(try value.isEmpty ? nil : valid(PolicyDocument(value), name))
        case "KmsMasterKeyId": .encryptionKey(value.isEmpty ? nil : value)
        case "KmsDataKeyReusePeriodSeconds":
            .encryptionKeyReuse(try seconds(value, StoreLimits.keyReuse, name))
        case "SqsManagedSseEnabled": .managedEncryption(try boolean(value, name))
        default: throw .unknownAttribute(name)
        }
    }

    private static func seconds(
        _ value: String, _ range: ClosedRange<Duration>, _ name: String
    ) throws(StoreError) -> Duration {
        try valid(Int32(value).map { .seconds($0) }, name, range.contains)
    }

    /// A truth value as SDKs write them: `true`, and `True` from Python.
    private static func boolean(_ value: String, _ name: String) throws(StoreError) -> Bool {
        try valid(Bool(value.lowercased()), name)
    }

    private static func valid<Value>(
        _ value: Value?, _ name: String, _ isValid: (Value) -> Bool = { _ in true }
    ) throws(StoreError) -> Value {
        guard let value, isValid(value) else {
            throw StoreError(.invalidAttributeValue, "Invalid value for the parameter \(name).")
        }
        return value
    }
}

extension QueueAttributes {
    /// All attributes of a queue.
    static func text(_ queue: QueueDescription) -> [(name: String, value: String)] {
        [
            ("QueueArn", queue.arn),
            ("ApproximateNumberOfMessages", String(queue.visible)),
            ("ApproximateNumberOfMessagesNotVisible", String(queue.inFlight)),
            ("ApproximateNumberOfMessagesDelayed", String(queue.delayed)),
            ("CreatedTimestamp", String(queue.createdAt.seconds)),
            ("LastModifiedTimestamp", String(queue.modifiedAt.seconds)),
        ] + text(queue.settings, isFIFO: queue.isFIFO)
    }

    /// The attributes that can be set.
    static func text(
        _ settings: QueueSettings, isFIFO: Bool
    ) -> [(name: String, value: String)] {
        var attributes = [
            ("VisibilityTimeout", String(settings.visibilityTimeout.wholeSeconds)),
            ("MaximumMessageSize", String(settings.maximumMessageSize)),
            ("MessageRetentionPeriod", String(settings.retention.wholeSeconds)),
            ("DelaySeconds", String(settings.delay.wholeSeconds)),
            ("ReceiveMessageWaitTimeSeconds", String(settings.receiveWait.wholeSeconds)),
            ("SqsManagedSseEnabled", String(settings.encryption.isManaged)),
        ]
        if let key = settings.encryption.key {
            let reuse = settings.encryption.keyReuse.wholeSeconds
            attributes.append(("KmsMasterKeyId", key))
            attributes.append(("KmsDataKeyReusePeriodSeconds", String(reuse)))
        }
        if let policy = settings.policy { attributes.append(("Policy", policy.text)) }
        if let policy = settings.redrive { attributes.append(("RedrivePolicy", policy.document)) }
        if let policy = settings.redriveAllow {
            attributes.append(("RedriveAllowPolicy", policy.document))
        }
        guard isFIFO else { return attributes }
        return attributes + [
            ("FifoQueue", "true"),
            ("ContentBasedDeduplication", String(settings.contentBasedDeduplication)),
            ("DeduplicationScope", settings.deduplicationScope.rawValue),
            ("FifoThroughputLimit", settings.throughputLimit.rawValue),
        ]
    }
}
