import JSON
import MessageHandling

/// The JSON document that SNS puts into a queue where raw message delivery is off ("Amazon SNS raw
/// message delivery" and "HTTP/HTTPS notification JSON format" in its developer guide).
enum SNSNotification {
    /// The message that was published; the one that came where that is no notification.
    static func content(of received: Message) throws(EnvelopeError) -> Message {
        guard let document = try? JSONValue(parsing: received.body),
            document["Type"] == .text("Notification"), case .text = document["TopicArn"],
            case .text(let message) = document["Message"]
        else { return received }
        guard case .object(let members) = document["MessageAttributes"] else {
            return received.with(body: message)
        }
        var attributes = received.attributes
        for member in members {
            attributes[member.name] = try attribute(member)
        }
        return received.with(body: message, attributes: attributes)
    }

    private static func attribute(
        _ member: JSONValue.Member
    ) throws(EnvelopeError) -> MessageAttribute {
        guard case .text(let type) = member.value["Type"],
            case .text(let value) = member.value["Value"]
        else {
            throw EnvelopeError(
                "is a notification of SNS whose attribute \(member.name) has no type or value")
        }
        guard type == "Binary" else { return MessageAttribute(dataType: type, value: .text(value)) }
        guard let bytes = Base64Body.bytes(of: value) else {
            throw EnvelopeError(
                "is a notification of SNS whose attribute \(member.name) is not base64")
        }
        return MessageAttribute(dataType: type, value: .binary(bytes))
    }
}
