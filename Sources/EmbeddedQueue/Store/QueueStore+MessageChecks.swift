import MessageHandling
import SQS

/// What SQS refuses about messages, in its words.
extension QueueStore {
    func check(
        _ message: NewMessage, in queue: MessageQueue, isEntry: Bool
    ) throws(StoreError) {
        let entry = message.entry
        guard !entry.body.isEmpty else { throw .missing("MessageBody") }
        guard message.size <= queue.settings.maximumMessageSize else {
            throw StoreError(
                .invalidParameterValue,
                """
                One or more parameters \(isEntry ? "cannot be validated" : "are invalid"). \
                Reason: Message must be shorter than \
                \(queue.settings.maximumMessageSize) bytes.
                """)
        }
        try Characters.check(entry.body)
        try MessageAttributeChecks.check(entry.attributes)
        if let delay = entry.delay, !(.zero...StoreLimits.delay).contains(delay) {
            throw .value(
                String(delay.wholeSeconds), of: "DelaySeconds",
                "DelaySeconds must be >= 0 and <= \(StoreLimits.delay.wholeSeconds).")
        }
        if let id = entry.groupID { try checkIdentifier(id, "MessageGroupId") }
        if let id = entry.deduplicationID { try checkIdentifier(id, "MessageDeduplicationId") }
        try queue.isFIFO ? checkFIFO(entry, in: queue) : checkStandard(entry)
    }

    private func checkStandard(_ entry: SendEntry) throws(StoreError) {
        if let id = entry.deduplicationID {
            throw .notForThisQueue(id, of: "MessageDeduplicationId")
        }
    }

    private func checkFIFO(_ entry: SendEntry, in queue: MessageQueue) throws(StoreError) {
        if let delay = entry.delay, delay > .zero {
            throw .notForThisQueue(String(delay.wholeSeconds), of: "DelaySeconds")
        }
        guard entry.groupID != nil else { throw .missing("MessageGroupId") }
        guard entry.deduplicationID != nil || queue.settings.contentBasedDeduplication else {
            throw StoreError(
                .invalidParameterValue,
                """
                The queue should either have ContentBasedDeduplication enabled or \
                MessageDeduplicationId provided explicitly
                """)
        }
    }

    /// What FIFO queues need in every entry is asked of the batch as a whole.
    func checkBatchFIFO(_ messages: [NewMessage], in queue: MessageQueue) throws(StoreError) {
        guard queue.isFIFO else { return }
        for message in messages {
            do {
                try checkFIFO(message.entry, in: queue)
            } catch  where error.code == .missingParameter {
                throw StoreError(.invalidParameterValue, error.message)
            }
        }
    }

    func checkBatchSize(_ messages: [NewMessage]) throws(StoreError) {
        let size = messages.reduce(0) { $0 + $1.size }
        guard size <= StoreLimits.messageSize.upperBound else {
            throw StoreError(
                .batchRequestTooLong,
                """
                Batch requests cannot be longer than \(StoreLimits.messageSize.upperBound) bytes. \
                You have sent \(size) bytes.
                """)
        }
    }
}

extension NewMessage {
    /// What counts towards the largest size: the body, and of each attribute name, type and value.
    fileprivate var size: Int { entry.body.utf8.count + entry.attributes.size }
}

/// What a message attribute must be. Source: “Amazon SQS message metadata” in the developer guide.
enum MessageAttributeChecks {
    static func check(_ attributes: [String: MessageAttribute]) throws(StoreError) {
        guard attributes.count <= StoreLimits.messageAttributes else {
            throw refused(
                """
                Number of message attributes [\(attributes.count)] exceeds the allowed maximum \
                [\(StoreLimits.messageAttributes)].
                """)
        }
        for (name, attribute) in attributes.sorted(by: { $0.key < $1.key }) {
            try check(name: name)
            try check(attribute, name)
            try Characters.check(attribute.dataType, .invalidParameterValue)
        }
    }

    private static func check(name: String) throws(StoreError) {
        let lowercased = name.lowercased()
        guard !lowercased.hasPrefix("aws."), !lowercased.hasPrefix("amazon.") else {
            throw refused(
                """
                Message (user) attribute name '\(name)' is invalid: it must not start with a \
                prefix reserved by AWS.
                """)
        }
        let isSized = (1...StoreLimits.attributeName).contains(name.unicodeScalars.count)
        let hasOddPeriods = name.hasPrefix(".") || name.hasSuffix(".") || name.contains("..")
        let isNamed = name.unicodeScalars.allSatisfy(Characters.isAttributeNamePart)
        guard isSized, isNamed, !hasOddPeriods else {
            throw refused(
                """
                Message (user) attribute name '\(name)' is invalid: 1 to \
                \(StoreLimits.attributeName) alphanumeric characters, underscores, hyphens and \
                periods, no period first, last or twice in a row.
                """)
        }
    }

    private static func check(
        _ attribute: MessageAttribute, _ name: String
    ) throws(StoreError) {
        let type = attribute.dataType
        guard !type.isEmpty else {
            throw refused(
                "The message attribute '\(name)' must contain a non-empty message attribute type.")
        }
        let kind = String(type.prefix { $0 != "." })
        guard ["String", "Number", "Binary"].contains(kind),
            type.utf8.count <= StoreLimits.attributeName
        else {
            throw refused(
                """
                The message attribute '\(name)' has an invalid message attribute type, the set of \
                supported type prefixes is Binary, Number, and String.
                """)
        }
        switch attribute.value {
        case .text(let text) where kind != "Binary" && !text.isEmpty:
            try Characters.check(text, .invalidParameterValue)
            if kind == "Number", !Characters.isNumber(text) {
                throw refused(
                    "Can't cast the value of message (user) attribute '\(name)' to a number.")
            }
        case .binary(let bytes) where kind == "Binary" && !bytes.isEmpty: break
        case .text, .binary:
            throw refused(
                """
                Message (user) attribute '\(name)' must contain a non-empty value of type \
                '\(kind == "Binary" ? "Binary" : "String")'.
                """)
        }
    }

    private static func refused(_ message: String) -> StoreError {
        StoreError(.invalidParameterValue, message)
    }
}
