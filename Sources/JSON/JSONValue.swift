/// A JSON document as a tree: for patterns and what people write, not for the bodies of messages.
///
/// Texts and names are equal only where they have the same bytes in UTF-8.
package indirect enum JSONValue: Sendable, Equatable {
    /// The members in the order of the text; a name may be there twice.
    case object([Member])
    case list([JSONValue])
    case text(String)
    /// The number as it is written: no number loses a digit.
    case number(String)
    case boolean(Bool)
    case null

    package struct Member: Sendable, Equatable {
        package let name: String
        package let value: JSONValue

        package init(_ name: String, _ value: JSONValue) {
            self.name = name
            self.value = value
        }
    }

    /// The first member of that name, where it is an object that has one.
    package subscript(_ name: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.name.utf8.elementsEqual(name.utf8) }?.value
    }

    /// The text that it is; nil for everything else.
    package var asText: String? {
        if case .text(let text) = self { text } else { nil }
    }

    /// The whole number that it is, however it is written, where an `Int` holds it.
    package var asInteger: Int? {
        if case .number(let number) = self { JSONNumber(number).integer } else { nil }
    }

    /// One line of JSON, which reads back as the same value.
    package var text: String {
        var json = JSONWriter(isSpaced: true)
        json.value(self)
        return json.text
    }

    /// What it is, for an error about its type.
    package var kind: String {
        switch self {
        case .object: "an object"
        case .list: "a list"
        case .text: "a text"
        case .number: "a number"
        case .boolean: "true or false"
        case .null: "null"
        }
    }
}

extension JSONValue {
    package static func == (one: JSONValue, other: JSONValue) -> Bool {
        switch (one, other) {
        case (.object(let one), .object(let other)): one == other
        case (.list(let one), .list(let other)): one == other
        case (.text(let one), .text(let other)), (.number(let one), .number(let other)):
            ExactText(one) == ExactText(other)
        case (.boolean(let one), .boolean(let other)): one == other
        case (.null, .null): true
        case (.object, _), (.list, _), (.text, _), (.number, _), (.boolean, _), (.null, _): false
        }
    }
}

extension JSONValue.Member {
    package static func == (one: JSONValue.Member, other: JSONValue.Member) -> Bool {
        ExactText(one.name) == ExactText(other.name) && one.value == other.value
    }
}

extension JSONValue {
    package init(parsing text: String) throws(JSONError) {
        self = try JSONReader.read(Array(text.utf8), JSONValue.init)
    }

    /// Reads bytes that may be anything.
    /// - Parameters:
    ///   - takesHalves: whether half of a surrogate pair is taken, and becomes U+FFFD.
    ///   - most: how many values are read, those in others counted; a value takes many times the
    ///     memory of the byte or two that it may have in the text.
    package init(
        parsing bytes: [UInt8], takesHalves: Bool = true, most: Int = .max
    ) throws(JSONError) {
        guard String(validating: bytes, as: UTF8.self) != nil else {
            throw JSONError(offset: 0, problem: "no text in UTF-8")
        }
        var left = most
        self = try JSONReader.read(bytes, takesHalves: takesHalves) { (json) throws(JSONError) in
            try JSONValue(&json, of: most, left: &left)
        }
    }

    /// Reads the value that comes next.
    package init(_ json: inout JSONReader) throws(JSONError) {
        var left = Int.max
        self = try JSONValue(&json, of: .max, left: &left)
    }

    private init(_ json: inout JSONReader, of most: Int, left: inout Int) throws(JSONError) {
        guard left > 0 else { throw json.limit("more than \(most) values") }
        left -= 1
        switch json.peek() {
        case UInt8(ascii: "{"):
            var members: [Member] = []
            try json.object { (json, name) throws(JSONError) in
                members.append(Member(name.text, try JSONValue(&json, of: most, left: &left)))
            }
            self = .object(members)
        case UInt8(ascii: "["):
            var items: [JSONValue] = []
            try json.array { (json) throws(JSONError) in
                items.append(try JSONValue(&json, of: most, left: &left))
            }
            self = .list(items)
        default:
            let token = try json.readScalar()
            self =
                switch token.kind {
                case .text: .text(json.text(of: token))
                case .number: .number(json.text(of: token))
                case .true: .boolean(true)
                case .false: .boolean(false)
                case .null: .null
                }
        }
    }
}
