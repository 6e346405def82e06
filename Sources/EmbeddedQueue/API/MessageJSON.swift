import FoundationEssentials
import MessageHandling
import SQS

/// A message to send, in SendMessage or as an entry of SendMessageBatch.
struct MessageJSON: Decodable, Sendable {
    let id: String?
    let body: String?
    let delay: Int?
    let attributes: [String: AttributeJSON]?
    let systemAttributes: [String: AttributeJSON]?
    let deduplicationID: String?
    let groupID: String?

    enum CodingKeys: String, CodingKey {
        case id = "Id"
        case body = "MessageBody"
        case delay = "DelaySeconds"
        case attributes = "MessageAttributes"
        case systemAttributes = "MessageSystemAttributes"
        case deduplicationID = "MessageDeduplicationId"
        case groupID = "MessageGroupId"
    }

    /// The only system attribute that a sender may set.
    private static let traceHeader = "AWSTraceHeader"

    func message() throws(StoreError) -> NewMessage {
        guard let body else { throw .missing("MessageBody") }
        var values: [String: MessageAttribute] = [:]
        for (name, attribute) in attributes ?? [:] { values[name] = try attribute.value() }
        return NewMessage(
            SendEntry(
                id: id ?? "", body: body, attributes: values, delay: delay.map { .seconds($0) },
                groupID: groupID, deduplicationID: deduplicationID),
            traceHeader: try trace())
    }

    /// The members of the answer: ids and digests of what was sent.
    func writeSent(_ sent: SentMessage, to json: inout JSONWriter) {
        json.member("MessageId", sent.id)
        json.member("MD5OfMessageBody", Digests.body(body ?? ""))
        if let digest = Self.digest(attributes) { json.member("MD5OfMessageAttributes", digest) }
        if let digest = Self.digest(systemAttributes) {
            json.member("MD5OfMessageSystemAttributes", digest)
        }
        if let number = sent.sequenceNumber { json.member("SequenceNumber", number) }
    }

    private func trace() throws(StoreError) -> String? {
        for (name, attribute) in systemAttributes ?? [:] {
            guard name == Self.traceHeader else {
                throw StoreError(
                    .invalidParameterValue, "Message system attribute name '\(name)' is invalid.")
            }
            guard attribute.dataType == "String", let header = attribute.stringValue,
                !header.isEmpty
            else {
                throw StoreError(
                    .invalidParameterValue,
                    "Message system attribute '\(name)' must contain a non-empty 'String'.")
            }
            return header
        }
        return nil
    }

    private static func digest(_ attributes: [String: AttributeJSON]?) -> String? {
        Digests.attributes((attributes ?? [:]).compactMapValues { try? $0.value() })
    }
}

/// A message attribute, or a message system attribute.
struct AttributeJSON: Decodable, Sendable {
    let dataType: String?
    let stringValue: String?
    let binaryValue: Data?
    let stringList: [String]?
    let binaryList: [Data]?

    enum CodingKeys: String, CodingKey {
        case dataType = "DataType"
        case stringValue = "StringValue"
        case binaryValue = "BinaryValue"
        case stringList = "StringListValues"
        case binaryList = "BinaryListValues"
    }

    /// What does not fit its type comes out empty, which the store refuses in the service's words.
    func value() throws(StoreError) -> MessageAttribute {
        guard stringList ?? [] == [], binaryList ?? [] == [] else {
            throw StoreError(
                .unsupportedOperation,
                "Message attribute list values in SendMessage operation are not supported.")
        }
        let type = dataType ?? ""
        let isBinary = type.prefix { $0 != "." } == "Binary"
        return MessageAttribute(
            dataType: type,
            value: isBinary ? .binary(Array(binaryValue ?? Data())) : .text(stringValue ?? ""))
    }
}
