import FoundationEssentials
import JSON
import MessageHandling

/// Messages as people have them in files: the answer of ReceiveMessage, one message of it, Lambda's
/// event, one record of it, or a list of them.
///
/// The names of the service begin with capitals, those of Lambda do not; both are read, mixed too.
enum MessageDocument {
    /// - Parameter file: a path, or `-` for standard input.
    static func messages(in file: String) throws(CommandFailure) -> [Message] {
        let document = try InputFile.json(file)
        let items: [JSONValue] =
            switch member("messages", of: document) ?? member("records", of: document) ?? document {
            case .list(let items): items
            case let single: [single]
            }
        guard !items.isEmpty else { throw InputFile.invalid(file, "there is no message in it") }
        var messages: [Message] = []
        for (index, item) in items.enumerated() {
            do throws(Invalid) {
                messages.append(try message(item, number: index + 1))
            } catch {
                throw InputFile.invalid(file, "message \(index + 1): \(error.problem)")
            }
        }
        return messages
    }

    struct Invalid: Error {
        let problem: String
    }

    /// - Parameter number: the id of a message that has none.
    static func message(_ value: JSONValue, number: Int) throws(Invalid) -> Message {
        guard case .object = value else { throw Invalid(problem: "it is not an object") }
        let body: String
        switch member("body", of: value) {
        case .text(let text): body = text
        case .object, .list: body = member("body", of: value)?.text ?? ""
        case .none: throw Invalid(problem: "it has no body")
        case .number, .boolean, .null: throw Invalid(problem: "its body is not a text")
        }
        let id = member("messageId", of: value)?.asText ?? String(number)
        return Message(
            id: id, receiptHandle: "", body: body,
            attributes: try messageAttributes(member("messageAttributes", of: value)),
            systemAttributes: try systemAttributes(member("attributes", of: value)),
            queue: Queue(name: "", url: ""))
    }

    private static func systemAttributes(
        _ value: JSONValue?
    ) throws(Invalid) -> [String: String] {
        var attributes: [String: String] = [:]
        for member in try members(of: value, "attributes") {
            guard case .text(let text) = member.value else {
                throw Invalid(problem: "the attribute \(member.name) is not a text")
            }
            attributes[member.name] = text
        }
        return attributes
    }

    private static func messageAttributes(
        _ value: JSONValue?
    ) throws(Invalid) -> [String: MessageAttribute] {
        var attributes: [String: MessageAttribute] = [:]
        for item in try members(of: value, "messageAttributes") {
            guard let type = member("dataType", of: item.value)?.asText else {
                throw Invalid(problem: "the message attribute \(item.name) has no dataType")
            }
            attributes[item.name] = MessageAttribute(
                dataType: type, value: try attributeValue(item))
        }
        return attributes
    }

    private static func attributeValue(
        _ item: JSONValue.Member
    ) throws(Invalid) -> MessageAttribute.Value {
        if let text = member("stringValue", of: item.value)?.asText { return .text(text) }
        guard let encoded = member("binaryValue", of: item.value)?.asText,
            let data = Data(base64Encoded: encoded)
        else {
            throw Invalid(
                problem: "the message attribute \(item.name) has neither a stringValue nor a "
                    + "binaryValue in base64")
        }
        return .binary(Array(data))
    }

    private static func members(
        of value: JSONValue?, _ name: String
    ) throws(Invalid) -> [JSONValue.Member] {
        switch value {
        case .object(let members): return members
        case .none, .null: return []
        case .list, .text, .number, .boolean:
            throw Invalid(problem: "its \(name) are not an object")
        }
    }

    private static func member(_ name: String, of value: JSONValue) -> JSONValue? {
        value[name] ?? value[name.prefix(1).uppercased() + name.dropFirst()]
    }
}
