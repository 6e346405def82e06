import SQS

/// What SQS refuses, in its words. Checks change nothing.
extension QueueStore {
    func checkName(_ name: String, isFIFO: Bool) throws(StoreError) {
        let stem = isFIFO && MessageQueue.isFIFO(name) ? String(name.dropLast(5)) : name
        let isNamed = !stem.isEmpty && name.utf8.count <= StoreLimits.name
        guard isNamed, stem.utf8.allSatisfy(Characters.isNamePart) else {
            throw StoreError(
                .invalidParameterValue,
                """
                Can only include alphanumeric characters, hyphens, or underscores. \
                1 to \(StoreLimits.name) in length
                """)
        }
        guard isFIFO == MessageQueue.isFIFO(name) else {
            throw StoreError(
                .invalidParameterValue,
                """
                The name of a FIFO queue can only include alphanumeric characters, hyphens, or \
                underscores, must end with .fifo suffix and be 1 to \(StoreLimits.name) in length.
                """)
        }
    }

    func check(_ settings: [QueueSetting], isFIFO: Bool, arn: String) throws(StoreError) {
        let hasKey = settings.contains { if case .encryptionKey(_?) = $0 { true } else { false } }
        guard !hasKey || !settings.contains(.managedEncryption(true)) else {
            throw StoreError(
                .invalidAttributeName,
                """
                You can use one type of server-side encryption (SSE) at one time. You can either \
                enable KMS SSE or SQS SSE.
                """)
        }
        for setting in settings {
            if setting.isForFIFO, !isFIFO { throw .forFIFO(setting) }
            if case .policy(let policy?) = setting { try check(policy) }
            if case .redrive(let policy?) = setting {
                try check(policy, isFIFO: isFIFO, arn: arn)
            }
        }
    }

    private func check(_ policy: PolicyDocument) throws(StoreError) {
        guard policy.text.utf8.count <= StoreLimits.policySize,
            policy.statements.count <= StoreLimits.policyStatements
        else {
            throw StoreError(
                .invalidAttributeValue,
                """
                Invalid value for the parameter Policy. Reason: It may have \
                \(StoreLimits.policySize) bytes and \(StoreLimits.policyStatements) statements.
                """)
        }
    }

    private func check(
        _ policy: RedrivePolicy, isFIFO: Bool, arn: String
    ) throws(StoreError) {
        func refused(_ reason: String) -> StoreError {
            .value(policy.document, of: "RedrivePolicy", reason)
        }
        guard StoreLimits.receiveCount.contains(policy.maxReceiveCount) else {
            throw refused(
                """
                Invalid value for maxReceiveCount: \(policy.maxReceiveCount), valid values are \
                from 1 to 1000 both inclusive.
                """)
        }
        guard let target = queueName(ofARN: policy.deadLetterTargetARN) else {
            throw refused("Dead letter target does not exist.")
        }
        guard MessageQueue.isFIFO(target) == isFIFO else {
            throw refused("Dead-letter queue must be same type of queue as the source.")
        }
        let isAllowed =
            switch queues[target]?.settings.redriveAllow?.permission {
            case nil, .allowAll: true
            case .denyAll: false
            case .byQueue(let sources): sources.contains(arn)
            }
        guard isAllowed else {
            throw refused(
                "Queue \(target) does not allow this queue to use it as its dead-letter queue.")
        }
    }

    func checkTags(_ tags: [String: String], of name: String) throws(StoreError) {
        guard tags.keys.allSatisfy({ StoreLimits.tagKey.contains($0.count) }) else {
            throw StoreError(
                .invalidParameterValue,
                "Tag keys must be between 1 and 128 characters in length.")
        }
        guard tags.count <= StoreLimits.tags else {
            throw StoreError(.invalidParameterValue, "Too many tags added for queue \(name).")
        }
    }

    func check(_ receive: StoreReceive, in queue: MessageQueue) throws(StoreError) {
        guard (1...StoreLimits.batch).contains(receive.maximumMessages) else {
            throw .value(
                String(receive.maximumMessages), of: "MaxNumberOfMessages",
                "Must be between 1 and \(StoreLimits.batch), if provided.")
        }
        if let wait = receive.waitTime, !(.zero...StoreLimits.waitTime).contains(wait) {
            throw .value(
                String(wait.wholeSeconds), of: "WaitTimeSeconds",
                "Must be >= 0 and <= \(StoreLimits.waitTime.wholeSeconds), if provided.")
        }
        if let timeout = receive.visibilityTimeout {
            try MessageQueue.checkVisibilityTimeout(timeout)
        }
        if let id = receive.attemptID {
            guard queue.isFIFO else {
                throw .notForThisQueue(id, of: "ReceiveRequestAttemptId")
            }
            try checkIdentifier(id, "ReceiveRequestAttemptId")
        }
    }

    func checkBatch(_ ids: [String], of entry: String) throws(StoreError) {
        guard !ids.isEmpty else {
            throw StoreError(
                .emptyBatchRequest, "There should be at least one \(entry) in the request.")
        }
        guard ids.count <= StoreLimits.batch else {
            throw StoreError(
                .tooManyEntriesInBatchRequest,
                """
                Maximum number of entries per request are \(StoreLimits.batch). \
                You have sent \(ids.count).
                """)
        }
        var seen: Set<String> = []
        for id in ids {
            let isNamed = !id.isEmpty && id.utf8.count <= StoreLimits.name
            guard isNamed, id.utf8.allSatisfy(Characters.isNamePart) else {
                throw StoreError(
                    .invalidBatchEntryID,
                    """
                    A batch entry id can only contain alphanumeric characters, hyphens and \
                    underscores. It can be at most \(StoreLimits.name) letters long.
                    """)
            }
            guard seen.insert(id).inserted else {
                throw StoreError(.batchEntryIDsNotDistinct, "Id \(id) repeated.")
            }
        }
    }

    func checkIdentifier(_ id: String, _ parameter: String) throws(StoreError) {
        let isSized = (1...StoreLimits.identifier).contains(id.utf8.count)
        guard isSized, id.utf8.allSatisfy(Characters.isPrintable) else {
            throw .value(
                id, of: parameter,
                """
                \(parameter) can only include alphanumeric and punctuation characters. \
                1 to \(StoreLimits.identifier) in length.
                """)
        }
    }
}

extension StoreError {
    fileprivate static func forFIFO(_ setting: QueueSetting) -> StoreError {
        let name = setting.attributeName
        return switch setting {
        case .deduplicationScope, .throughputLimit:
            StoreError(
                .invalidAttributeName,
                "You can specify the \(name) only when FifoQueue is set to true.")
        case .visibilityTimeout, .delay, .retention, .receiveWait, .maximumMessageSize, .redrive,
            .redriveAllow, .fifo, .contentBasedDeduplication, .policy, .encryptionKey,
            .encryptionKeyReuse, .managedEncryption:
            .unknownAttribute(name)
        }
    }
}
