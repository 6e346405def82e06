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

    /// One line of JSON, which reads back as the same value.
    package var text: String {
        switch self {
        case .object(let members):
            let parts = members.map { "\(JSONText.quote($0.name)): \($0.value.text)" }
            return "{" + parts.joined(separator: ", ") + "}"
        case .list(let items): return "[" + items.map(\.text).joined(separator: ", ") + "]"
        case .text(let text): return JSONText.quote(text)
        case .number(let number): return number
        case .boolean(let flag): return String(flag)
        case .null: return "null"
        }
    }

    /// What it is, for an error about its type.
    var kind: String {
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
        default: false
        }
    }
}

extension JSONValue.Member {
    package static func == (one: JSONValue.Member, other: JSONValue.Member) -> Bool {
        ExactText(one.name) == ExactText(other.name) && one.value == other.value
    }
}

extension JSONValue {
    package init(parsing text: String) throws(JSONSyntaxError) {
        // A native copy, so that there is a buffer to point into.
        let bytes = Array(text.utf8)
        let result = bytes.withUnsafeBufferPointer { buffer -> Result<JSONValue, JSONSyntaxError> in
            Result { () throws(JSONSyntaxError) in
                var cursor = try JSONCursor(buffer)
                let value = try Self.read(&cursor, buffer)
                try cursor.finish()
                return value
            }
        }
        self = try result.get()
    }

    private static func read(
        _ cursor: inout JSONCursor, _ bytes: UnsafeBufferPointer<UInt8>
    ) throws(JSONSyntaxError) -> JSONValue {
        switch cursor.peek() {
        case UInt8(ascii: "{"): return try readObject(&cursor, bytes)
        case UInt8(ascii: "["): return try readList(&cursor, bytes)
        case UInt8(ascii: "\""): return .text(string(try cursor.readString(), bytes))
        case UInt8(ascii: "t"):
            try cursor.readWord("true")
            return .boolean(true)
        case UInt8(ascii: "f"):
            try cursor.readWord("false")
            return .boolean(false)
        case UInt8(ascii: "n"):
            try cursor.readWord("null")
            return .null
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            return .number(string(try cursor.readNumber(), bytes))
        default:
            throw cursor.failure("expected a value")
        }
    }

    private static func readObject(
        _ cursor: inout JSONCursor, _ bytes: UnsafeBufferPointer<UInt8>
    ) throws(JSONSyntaxError) -> JSONValue {
        var members: [Member] = []
        guard try cursor.open(closing: UInt8(ascii: "}")) else { return .object([]) }
        repeat {
            let name = string(try cursor.readName(), bytes)
            members.append(Member(name, try read(&cursor, bytes)))
        } while try cursor.goOn(closing: UInt8(ascii: "}"))
        return .object(members)
    }

    private static func readList(
        _ cursor: inout JSONCursor, _ bytes: UnsafeBufferPointer<UInt8>
    ) throws(JSONSyntaxError) -> JSONValue {
        var items: [JSONValue] = []
        guard try cursor.open(closing: UInt8(ascii: "]")) else { return .list([]) }
        repeat {
            items.append(try read(&cursor, bytes))
        } while try cursor.goOn(closing: UInt8(ascii: "]"))
        return .list(items)
    }

    private static func string(
        _ token: JSONCursor.Token, _ bytes: UnsafeBufferPointer<UInt8>
    ) -> String {
        var decoded: [UInt8] = []
        JSONText.decode(bytes[token.start..<token.start + token.length], into: &decoded)
        return String(decoding: decoded, as: UTF8.self)
    }
}
