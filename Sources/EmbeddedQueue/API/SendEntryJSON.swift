import JSON
import MessageHandling
import SQS

/// A message to send, in SendMessage or as an entry of SendMessageBatch.
struct SendEntryJSON: Sendable {
    let id: String?
    let body: String?
    let delay: Int?
    let attributes: [String: AttributeJSON]?
    let systemAttributes: [String: AttributeJSON]?
    let deduplicationID: String?
    let groupID: String?

    init(_ parameters: Parameter) throws(StoreError) {
        id = try parameters["Id"]?.text()
        body = try parameters["MessageBody"]?.text()
        delay = try parameters["DelaySeconds"]?.integer()
        attributes = try parameters["MessageAttributes"]?.map(of: AttributeJSON.init)
        systemAttributes = try parameters["MessageSystemAttributes"]?.map(of: AttributeJSON.init)
        deduplicationID = try parameters["MessageDeduplicationId"]?.text()
        groupID = try parameters["MessageGroupId"]?.text()
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
        json.member("MD5OfMessageBody", MessageDigests.body(body ?? ""))
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
        MessageDigests.attributes((attributes ?? [:]).compactMapValues { try? $0.value() })
    }
}

/// A message attribute, or a message system attribute.
struct AttributeJSON: Sendable {
    let dataType: String?
    let stringValue: String?
    let binaryValue: [UInt8]?
    let stringList: [String]?
    let binaryList: [[UInt8]]?

    init(_ parameters: Parameter) throws(StoreError) {
        dataType = try parameters["DataType"]?.text()
        stringValue = try parameters["StringValue"]?.text()
        binaryValue = try parameters["BinaryValue"]?.bytes()
        stringList = try parameters["StringListValues"]?.texts()
        binaryList = try parameters["BinaryListValues"]?.list { (item) throws(StoreError) in
            try item.bytes()
        }
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
            value: isBinary ? .binary(binaryValue ?? []) : .text(stringValue ?? ""))
    }
}
