/// A text with fields of a message in it: `--id={message_id}`.
///
/// A field is a name in braces and nothing else; other braces are text, as in `{print $1}` or `{}`.
/// `{{name}}` is the text `{name}`. What a field brings is not looked at again: no quoting, no
/// splitting, no fields in it.
package struct MessageTemplate: Sendable, Equatable {
    /// A name in braces that is no field's.
    package struct UnknownField: Error, Equatable, CustomStringConvertible {
        package let name: String

        /// What is wrong and what is allowed.
        package var description: String {
            "{\(name)} is no field of a message; allowed: \(MessageTemplate.allowed); "
                + "write {{\(name)}} for the text {\(name)}"
        }
    }

    private enum Part: Equatable {
        case text(String)
        case field(Field)
        case attribute(String)
    }

    private enum Field: String, CaseIterable {
        case messageID = "message_id"
        case queue
        case queueURL = "queue_url"
        case receiveCount = "receive_count"
        case sentTimestamp = "sent_timestamp"
        case firstReceiveTimestamp = "first_receive_timestamp"
        case group
        case bodyFile = "body_file"
    }

    /// The names of the fields, for errors and documentation.
    package static let allowed =
        Field.allCases.map { "{\($0.rawValue)}" }.joined(separator: ", ") + ", {attribute.NAME}"

    private static let attributePrefix = "attribute."

    private let parts: [Part]

    package init(_ text: String) throws(UnknownField) {
        var parts: [Part] = []
        var literal = ""
        var rest = text[...]
        while let brace = rest.firstIndex(of: "{") {
            literal += rest[..<brace]
            rest = rest[brace...]
            if let name = Self.name(in: rest, open: "{{", close: "}}") {
                literal += "{\(name)}"
                rest = rest.dropFirst(name.count + 4)
            } else if let name = Self.name(in: rest, open: "{", close: "}") {
                parts += [.text(literal), try Self.part(named: String(name))]
                literal = ""
                rest = rest.dropFirst(name.count + 2)
            } else {
                literal += "{"
                rest = rest.dropFirst()
            }
        }
        parts.append(.text(literal + rest))
        self.parts = parts.filter { $0 != .text("") }
    }

    /// The text, where it is the same for every message.
    package var constant: String? {
        var constant = ""
        for part in parts {
            guard case .text(let text) = part else { return nil }
            constant += text
        }
        return constant
    }

    /// Whether it names the file that holds the body.
    package var namesBodyFile: Bool { parts.contains(.field(.bodyFile)) }

    /// The text for one message. A field or attribute that the message does not have is empty;
    /// bytes are given to `encode`.
    package func text(
        for message: Message, bodyFile: String, encode: ([UInt8]) -> String
    ) -> String {
        parts.map { part in
            switch part {
            case .text(let text): return text
            case .field(let field): return Self.text(of: field, message, bodyFile)
            case .attribute(let name):
                let attribute = message.attributes[name]
                return attribute?.text ?? attribute?.bytes.map(encode) ?? ""
            }
        }.joined()
    }

    private static func text(of field: Field, _ message: Message, _ bodyFile: String) -> String {
        switch field {
        case .messageID: message.id
        case .queue: message.queue.name
        case .queueURL: message.queue.url
        case .receiveCount: String(message.receiveCount)
        case .sentTimestamp: message.sentTimestamp.map { String($0) } ?? ""
        case .firstReceiveTimestamp: message.firstReceiveTimestamp.map { String($0) } ?? ""
        case .group: message.messageGroupID ?? ""
        case .bodyFile: bodyFile
        }
    }

    private static func part(named name: String) throws(UnknownField) -> Part {
        if let field = Field(rawValue: name) { return .field(field) }
        guard name.hasPrefix(attributePrefix), name.count > attributePrefix.count else {
            throw UnknownField(name: name)
        }
        return .attribute(String(name.dropFirst(attributePrefix.count)))
    }

    /// The name that stands at the beginning of the text between the braces.
    private static func name(in text: Substring, open: String, close: String) -> Substring? {
        guard text.hasPrefix(open) else { return nil }
        let inside = text.dropFirst(open.count)
        let name = inside.prefix { isNameCharacter($0) }
        let isName = name.first.map { $0.isLetter || $0 == "_" } ?? false
        return isName && inside.dropFirst(name.count).hasPrefix(close) ? name : nil
    }

    /// What a field's name is made of, and what SQS allows in that of an attribute.
    private static func isNameCharacter(_ character: Character) -> Bool {
        character.isASCII
            && (character.isLetter || character.isNumber || "_-.".contains(character))
    }
}
