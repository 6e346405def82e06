internal import MessageHandling
internal import SQS

/// A rejected message on its way to the dead-letter queue: the same body and attributes, and the
/// reason as one more attribute.
enum DeadLetter {
    /// The attribute that says why the message was rejected.
    static let reasonAttribute = "RejectReason"
    /// SQS takes ten attributes; a message that has them already goes without the reason, which is
    /// in the log as well.
    static let attributesMaximum = 10
    /// A reason is for people: what is longer is cut.
    static let reasonMaximum = 1_000
    /// What SQS takes of body and attributes together (Developer Guide, quotas): a message that is
    /// as large already goes without the reason.
    static let sizeMaximum = 1_048_576

    static func entry(for message: Message, reason: String, to queueURL: String) -> SendEntry {
        var attributes = message.attributes.mapValues(\.wireValue)
        let text = printable(reason)
        let added = [reasonAttribute: MessageAttributeValue(dataType: "String", value: .text(text))]
        if attributes.count < attributesMaximum, attributes[reasonAttribute] == nil, !text.isEmpty,
            message.body.utf8.count + size(of: attributes) + size(of: added) <= sizeMaximum
        {
            attributes.merge(added) { old, _ in old }
        }
        let isFIFO = queueURL.hasSuffix(".fifo")
        return SendEntry(
            id: "0", body: message.body, attributes: attributes,
            groupID: isFIFO ? message.messageGroupID ?? message.id : nil,
            deduplicationID: isFIFO ? message.id : nil)
    }

    /// Names, types and values count (Developer Guide, message attributes).
    private static func size(of attributes: [String: MessageAttributeValue]) -> Int {
        attributes.reduce(0) { sum, attribute in
            let value =
                switch attribute.value.value {
                case .text(let text): text.utf8.count
                case .binary(let bytes): bytes.count
                }
            return sum + attribute.key.utf8.count + attribute.value.dataType.utf8.count + value
        }
    }

    private static func printable(_ reason: String) -> String {
        let allowed = reason.unicodeScalars.prefix(reasonMaximum).map { scalar -> Unicode.Scalar in
            scalar.isAllowedInMessages ? scalar : " "
        }
        var text = String.UnicodeScalarView()
        text.append(contentsOf: allowed)
        return String(text)
    }
}

extension MessageAttribute {
    fileprivate var wireValue: MessageAttributeValue {
        switch value {
        case .text(let text): MessageAttributeValue(dataType: dataType, value: .text(text))
        case .binary(let bytes): MessageAttributeValue(dataType: dataType, value: .binary(bytes))
        }
    }
}

extension Message {
    /// A message as it came over the wire.
    init(_ received: ReceivedMessage, from queue: Queue) {
        self.init(
            id: received.id, receiptHandle: received.receiptHandle, body: received.body,
            attributes: received.attributes.mapValues { attribute in
                switch attribute.value {
                case .text(let text):
                    MessageAttribute(dataType: attribute.dataType, value: .text(text))
                case .binary(let bytes):
                    MessageAttribute(dataType: attribute.dataType, value: .binary(bytes))
                }
            },
            systemAttributes: received.systemAttributes, queue: queue)
    }
}
