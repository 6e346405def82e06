// Reads value by value, without building a tree. `null` reads as an empty object, an empty list or
// no text.
extension JSONReader {
    /// Reads a whole text.
    ///
    /// - Parameters:
    ///   - takesControls: whether strings may hold control characters as they are.
    ///   - takesHalves: whether half of a surrogate pair is taken.
    ///   - read: reads the value; nothing but white space may be left then.
    package static func read<Value>(
        _ bytes: [UInt8], takesControls: Bool = false, takesHalves: Bool = true,
        _ read: (inout JSONReader) throws(JSONError) -> Value
    ) throws(JSONError) -> Value {
        try bytes.withUnsafeBufferPointer { (bytes) throws(JSONError) in
            var reader = try JSONReader(
                bytes, takesControls: takesControls, takesHalves: takesHalves)
            let value = try read(&reader)
            try reader.finish()
            return value
        }
    }

    /// The name of a member, where it stands in the text: no string is made of one that is only
    /// compared. Not to be kept for longer than the text.
    package struct Name {
        private let bytes: UnsafeBufferPointer<UInt8>
        /// What it stands for, where it has escapes.
        private let unescaped: String?

        fileprivate init(_ token: Token, in reader: JSONReader) {
            bytes = reader.content(token)
            unescaped = token.hasEscapes ? reader.text(of: token) : nil
        }

        package var text: String { unescaped ?? String(decoding: bytes, as: UTF8.self) }

        /// Whether it is a name, byte for byte.
        package static func == (name: Name, other: StaticString) -> Bool {
            let wanted = UnsafeBufferPointer(
                start: other.utf8Start, count: other.utf8CodeUnitCount)
            if let text = name.unescaped { return text.utf8.elementsEqual(wanted) }
            return name.bytes.count == wanted.count && name.bytes.elementsEqual(wanted)
        }

        /// The name compared in a `switch`.
        package static func ~= (pattern: StaticString, name: Name) -> Bool { name == pattern }
    }

    /// Reads an object. `member` must read or skip the value of every member.
    package mutating func object(
        _ member: (inout JSONReader, Name) throws(JSONError) -> Void
    ) throws(JSONError) {
        guard try enter(UInt8(ascii: "{"), closing: UInt8(ascii: "}")) else { return }
        repeat {
            let name = Name(try readName(), in: self)
            try member(&self, name)
        } while try goOn(closing: UInt8(ascii: "}"))
    }

    /// Reads a list. `element` must read or skip every element.
    package mutating func array(
        _ element: (inout JSONReader) throws(JSONError) -> Void
    ) throws(JSONError) {
        guard try enter(UInt8(ascii: "["), closing: UInt8(ascii: "]")) else { return }
        repeat {
            try element(&self)
        } while try goOn(closing: UInt8(ascii: "]"))
    }

    /// Reads a string, number or boolean as text; nil for `null`.
    package mutating func text() throws(JSONError) -> String? {
        let token = try readScalar()
        return token.kind == .null ? nil : text(of: token)
    }

    /// Reads a string.
    package mutating func string() throws(JSONError) -> String {
        guard peek() == UInt8(ascii: "\"") else { throw failure("expected a string") }
        return text(of: try readScalar())
    }

    /// Goes past one value of any depth, checking it, without recursion.
    package mutating func skip() throws(JSONError) {
        var closings: [UInt8] = []
        while true {
            switch peek() {
            case UInt8(ascii: "{"):
                if try open(closing: UInt8(ascii: "}")) {
                    closings.append(UInt8(ascii: "}"))
                    _ = try readName()
                    continue
                }
            case UInt8(ascii: "["):
                if try open(closing: UInt8(ascii: "]")) {
                    closings.append(UInt8(ascii: "]"))
                    continue
                }
            default:
                _ = try readScalar()
            }
            while let closing = closings.last, try !goOn(closing: closing) {
                closings.removeLast()
            }
            guard let closing = closings.last else { return }
            if closing == UInt8(ascii: "}") { _ = try readName() }
        }
    }

    /// False where there is `null`, or nothing in it.
    private mutating func enter(
        _ opening: UInt8, closing: UInt8
    ) throws(JSONError) -> Bool {
        let byte = peek()
        if byte == opening { return try open(closing: closing) }
        guard byte == UInt8(ascii: "n") else {
            throw failure("expected \(Character(Unicode.Scalar(opening)))")
        }
        _ = try readScalar()
        return false
    }
}
