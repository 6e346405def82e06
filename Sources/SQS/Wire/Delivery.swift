import FoundationEssentials
import JSON

/// A message as a ReceiveMessage answer holds it, not yet checked.
struct Delivery: Equatable {
    var message = ReceivedMessage(id: "", receiptHandle: "", body: "")
    var hasBody = false
    /// False where a binary value is not base64.
    var hasReadableAttributes = true
    var bodyDigest: String?
    var attributesDigest: String?
}

extension JSONReader {
    /// The answer of ReceiveMessage.
    mutating func deliveries() throws(JSONError) -> [Delivery] {
        var deliveries: [Delivery] = []
        try object { (reader, name) throws(JSONError) in
            guard name == "Messages" else { return try reader.skip() }
            try reader.array { (reader) throws(JSONError) in
                deliveries.append(try reader.delivery())
            }
        }
        return deliveries
    }

    private mutating func delivery() throws(JSONError) -> Delivery {
        var delivery = Delivery()
        try object { (reader, name) throws(JSONError) in
            switch name {
            case "MessageId": delivery.message.id = try reader.text() ?? ""
            case "ReceiptHandle": delivery.message.receiptHandle = try reader.text() ?? ""
            case "Body":
                let body = try reader.text()
                delivery.message.body = body ?? ""
                delivery.hasBody = body != nil
            case "MD5OfBody": delivery.bodyDigest = try reader.text()
            case "MD5OfMessageAttributes": delivery.attributesDigest = try reader.text()
            case "Attributes": delivery.message.systemAttributes = try reader.texts()
            case "MessageAttributes":
                let attributes = try reader.attributes()
                delivery.message.attributes = attributes.compactMapValues { $0 }
                delivery.hasReadableAttributes = !attributes.values.contains(nil)
            default: try reader.skip()
            }
        }
        return delivery
    }

    /// nil for an attribute that cannot be read: its message is damaged, not the whole answer.
    private mutating func attributes() throws(JSONError) -> [String: MessageAttributeValue?] {
        var attributes: [String: MessageAttributeValue?] = [:]
        try object { (reader, name) throws(JSONError) in
            attributes.updateValue(try reader.attribute(), forKey: name)
        }
        return attributes
    }

    private mutating func attribute() throws(JSONError) -> MessageAttributeValue? {
        var dataType = ""
        var value: MessageAttributeValue.Value?
        try object { (reader, name) throws(JSONError) in
            switch name {
            case "DataType": dataType = try reader.text() ?? ""
            case "StringValue":
                if let text = try reader.text() { value = .text(text) }
            case "BinaryValue":
                guard let text = try reader.text() else { return }
                value = Data(base64Encoded: text).map { .binary(Array($0)) }
            default: try reader.skip()
            }
        }
        return value.map { MessageAttributeValue(dataType: dataType, value: $0) }
    }
}
