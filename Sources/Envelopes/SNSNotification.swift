import FoundationEssentials
import JSON

/// The JSON document that SNS puts into a queue where raw message delivery is off ("Amazon SNS raw
/// message delivery" and "HTTP/HTTPS notification JSON format" in its developer guide).
enum SNSNotification {
    static func content(of content: Content) throws(EnvelopeError) -> Content {
        guard let document = try? JSONValue(parsing: content.body),
            document["Type"] == .text("Notification"), case .text = document["TopicArn"],
            case .text(let message) = document["Message"]
        else { return content }
        guard case .object(let members) = document["MessageAttributes"] else {
            return Content(body: message, attributes: content.attributes)
        }
        var attributes = content.attributes
        for member in members {
            attributes[member.name] = try attribute(member)
        }
        return Content(body: message, attributes: attributes)
    }

    private static func attribute(
        _ member: JSONValue.Member
    ) throws(EnvelopeError) -> ContentAttribute {
        guard case .text(let type) = member.value["Type"],
            case .text(let value) = member.value["Value"]
        else {
            throw EnvelopeError(
                "is a notification of SNS whose attribute \(member.name) has no type or value")
        }
        guard type == "Binary" else { return ContentAttribute(dataType: type, value: .text(value)) }
        guard let data = Data(base64Encoded: value) else {
            throw EnvelopeError(
                "is a notification of SNS whose attribute \(member.name) is not base64")
        }
        return ContentAttribute(dataType: type, value: .binary(Array(data)))
    }
}
