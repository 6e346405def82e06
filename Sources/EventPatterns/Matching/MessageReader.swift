import FoundationEssentials
import JSON

/// A message, as far as patterns ask for it.
package protocol MatchableMessage {
    associatedtype Attribute: MatchableAttribute

    var body: String { get }
    /// What SQS says of the message: `ApproximateReceiveCount`, `MessageGroupId`, …
    var systemAttributes: [String: String] { get }
    /// What the sender set.
    var attributes: [String: Attribute] { get }
}

/// A message attribute, as far as patterns ask for it.
package protocol MatchableAttribute {
    /// `String`, `Number` or `Binary`, with the sender's own suffix where it set one.
    var dataType: String { get }
    /// The value of all but `Binary`.
    var text: String? { get }
    /// The value of `Binary`.
    var bytes: [UInt8]? { get }
}

/// Makes a document of a message, in the shape of a record of Lambda's SQS event, with the body in
/// place of its text where that is JSON.
struct MessageReader<Message: MatchableMessage> {
    let tree: FieldTree
    let message: Message

    func read(_ body: UnsafeBufferPointer<UInt8>, into builder: inout DocumentBuilder) {
        builder.addObject(as: FieldTree.root) { builder in
            for (name, field) in tree.children(of: FieldTree.root) {
                switch name.text {
                case "body": readBody(body, as: field, into: &builder)
                case "attributes": readSystemAttributes(as: field, into: &builder)
                case "messageAttributes": readAttributes(as: field, into: &builder)
                default: break
                }
            }
        }
    }

    private func readBody(
        _ body: UnsafeBufferPointer<UInt8>, as field: Int, into builder: inout DocumentBuilder
    ) {
        do throws(JSONError) {
            let first = JSONReader.firstByte(of: body)
            guard first == UInt8(ascii: "{") || first == UInt8(ascii: "[") else {
                throw JSONError(offset: 0, problem: "expected { or [")
            }
            try builder.readJSON(as: field)
            builder.noteBody(isJSON: true, error: nil)
        } catch {
            builder.noteBody(isJSON: false, error: error)
            if tree.hasTest(field) { builder.addText(as: field) }
        }
    }

    private func readSystemAttributes(as field: Int, into builder: inout DocumentBuilder) {
        let texts = message.systemAttributes
        builder.addObject(as: field) { builder in
            for (name, child) in tree.children(of: field) {
                guard let value = texts[name.text] else { continue }
                builder.addText(value.utf8, .text, as: child)
            }
        }
    }

    private func readAttributes(as field: Int, into builder: inout DocumentBuilder) {
        builder.addObject(as: field) { builder in
            for (name, child) in tree.children(of: field) {
                guard let attribute = message.attributes[name.text] else { continue }
                read(attribute, as: child, into: &builder)
            }
        }
    }

    private func read(
        _ attribute: Message.Attribute, as field: Int, into builder: inout DocumentBuilder
    ) {
        let base64 = attribute.bytes.map { Data($0).base64EncodedString() }
        // For a list right under the attribute's name: its value, a number where it is one.
        if let text = attribute.text {
            let isNumber = attribute.isNumber && Self.isJSONNumber(text)
            builder.addText(text.utf8, isNumber ? .number : .text, as: field)
        } else if let base64 {
            builder.addText(base64.utf8, .text, as: field)
        }
        builder.addObject(as: field) { builder in
            if let child = tree.child(of: field, named: "dataType") {
                builder.addText(attribute.dataType.utf8, .text, as: child)
            }
            if let child = tree.child(of: field, named: "stringValue"), let text = attribute.text {
                builder.addText(text.utf8, .text, as: child)
            }
            if let child = tree.child(of: field, named: "binaryValue"), let base64 {
                builder.addText(base64.utf8, .text, as: child)
            }
        }
    }

    private static func isJSONNumber(_ text: String) -> Bool {
        var text = text
        return text.withUTF8 { bytes in
            guard var json = try? JSONReader(bytes),
                let token = try? json.readScalar()
            else { return false }
            return token.kind == .number && token.length == bytes.count
        }
    }
}

extension MatchableAttribute {
    /// SQS: a data type may have a suffix after a dot (`Number.int`).
    fileprivate var isNumber: Bool { dataType == "Number" || dataType.hasPrefix("Number.") }
}
