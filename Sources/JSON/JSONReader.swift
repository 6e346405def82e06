/// Reads a JSON text (RFC 8259) from front to back: a place in it, and the way forward from there.
///
/// Reads the grammar to the letter, so that a text cut anywhere is an error, and keeps nothing but
/// places: what nobody asks for costs no memory. A byte order mark before it is passed over. Half
/// of a surrogate pair, and bytes that are not UTF-8 in what was not checked before, become U+FFFD.
package struct JSONReader {
    let bytes: UnsafeBufferPointer<UInt8>
    private(set) var position = 0
    /// The objects and lists that are open here.
    private var depth = 0
    private let takesControls: Bool
    private let takesHalves: Bool

    /// Lists and objects in each other. As much as Foundation's reader takes; it bounds the
    /// recursion of what reads a document, whatever the sender of a message wrote.
    package static let maximumDepth = 512

    /// Places are kept in 32 bits by what reads documents. A message is a thousandth of that.
    private static let maximumSize = Int(Int32.max)

    /// - Parameters:
    ///   - bytes: the text, which must outlive the reader.
    ///   - takesControls: whether strings may hold control characters as they are, which JSON
    ///     forbids.
    ///   - takesHalves: whether half of a surrogate pair is taken, and becomes U+FFFD.
    package init(
        _ bytes: UnsafeBufferPointer<UInt8>, takesControls: Bool = false, takesHalves: Bool = true
    ) throws(JSONError) {
        guard bytes.count < Self.maximumSize else {
            throw JSONError(offset: Self.maximumSize, problem: "the text is too large")
        }
        self.bytes = bytes
        self.takesControls = takesControls
        self.takesHalves = takesHalves
        position = bytes.withoutByteOrderMark.startIndex
    }

    /// A scalar: what it is, and where it stands; of a string what is between the quotes.
    package struct Token {
        package enum Kind {
            case text, number, `true`, `false`, null
        }

        package let kind: Kind
        package let start: Int
        package let length: Int
        package var hasEscapes = false
    }

    /// The first byte of what comes next, past white space; 0 at the end.
    package mutating func peek() -> UInt8 {
        while position < bytes.count {
            let byte = bytes[position]
            guard byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { return byte }
            position += 1
        }
        return 0
    }

    package func failure(_ problem: String) -> JSONError {
        JSONError(
            offset: position,
            problem: position < bytes.count ? problem : "\(problem), but the text ends")
    }

    /// There is more of something than is read.
    package func limit(_ problem: String) -> JSONError {
        JSONError(offset: position, problem: problem, isLimit: true)
    }

    /// An object that was read had no such member.
    package func missing(_ name: String) -> JSONError {
        JSONError(offset: position, problem: "\(name) is missing")
    }

    /// Enters the list or object that begins here. False where it is empty, and left already.
    package mutating func open(closing: UInt8) throws(JSONError) -> Bool {
        guard depth < Self.maximumDepth else {
            throw limit("more than \(Self.maximumDepth) lists and objects in each other")
        }
        position += 1
        guard peek() == closing else {
            depth += 1
            return true
        }
        position += 1
        return false
    }

    /// What follows an item: true where another follows, false where the list or object is left.
    package mutating func goOn(closing: UInt8) throws(JSONError) -> Bool {
        let byte = peek()
        if byte == UInt8(ascii: ",") {
            position += 1
            return true
        }
        guard byte == closing else {
            throw failure(
                closing == UInt8(ascii: "]") ? "expected , or ]" : "expected , or }")
        }
        position += 1
        depth -= 1
        return false
    }

    /// The name of a member and its colon.
    package mutating func readName() throws(JSONError) -> Token {
        guard peek() == UInt8(ascii: "\"") else { throw failure("expected a name in quotes") }
        let name = try readString()
        guard peek() == UInt8(ascii: ":") else { throw failure("expected :") }
        position += 1
        return name
    }

    /// A string, a number, `true`, `false` or `null`.
    package mutating func readScalar() throws(JSONError) -> Token {
        switch peek() {
        case UInt8(ascii: "\""): return try readString()
        case UInt8(ascii: "t"): return try readWord("true", .true)
        case UInt8(ascii: "f"): return try readWord("false", .false)
        case UInt8(ascii: "n"): return try readWord("null", .null)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try readNumber()
        default: throw failure("expected a value")
        }
    }

    /// Nothing but white space may follow.
    package mutating func finish() throws(JSONError) {
        _ = peek()
        if position < bytes.count { throw failure("unexpected text after the value") }
    }

    /// The first byte of a text that is no white space and no byte order mark; 0 where there is
    /// none.
    package static func firstByte(of text: UnsafeBufferPointer<UInt8>) -> UInt8 {
        text.withoutByteOrderMark.first { $0 != 0x20 && $0 != 0x0A && $0 != 0x0D && $0 != 0x09 }
            ?? 0
    }
}

extension JSONReader {
    private mutating func readString() throws(JSONError) -> Token {
        let start = position + 1
        var index = start
        var hasEscapes = false
        while true {
            index = PlainRun.end(in: bytes, from: index)
            position = index
            guard index < bytes.count else { throw failure("expected a quote") }
            switch bytes[index] {
            case UInt8(ascii: "\""):
                position = index + 1
                return Token(
                    kind: .text, start: start, length: index - start, hasEscapes: hasEscapes)
            case UInt8(ascii: "\\"):
                hasEscapes = true
                try skipEscape()
                index = position
            default:
                guard takesControls else { throw failure("a control character in a string") }
                index += 1
            }
        }
    }

    private mutating func skipEscape() throws(JSONError) {
        position += 1
        switch byte(at: position) {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"),
            UInt8(ascii: "f"), UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            position += 1
        case UInt8(ascii: "u"):
            position += 1
            let unit = try readUnit()
            guard !takesHalves, 0xD800...0xDFFF ~= unit else { return }
            guard unit < 0xDC00, byte(at: position) == UInt8(ascii: "\\"),
                byte(at: position + 1) == UInt8(ascii: "u")
            else { throw failure("half of a surrogate pair") }
            position += 2
            guard 0xDC00...0xDFFF ~= (try readUnit()) else {
                throw failure("half of a surrogate pair")
            }
        default:
            throw failure("an unknown escape")
        }
    }

    /// The code unit of UTF-16 that an escape names.
    private mutating func readUnit() throws(JSONError) -> UInt16 {
        var unit: UInt16 = 0
        for _ in 0..<4 {
            guard let digit = JSONEscape.hexValue(byte(at: position)) else {
                throw failure("expected four hexadecimal digits")
            }
            unit = unit << 4 | UInt16(digit)
            position += 1
        }
        return unit
    }

    private mutating func readNumber() throws(JSONError) -> Token {
        let start = position
        if byte(at: position) == UInt8(ascii: "-") { position += 1 }
        if byte(at: position) == UInt8(ascii: "0") {
            position += 1
        } else {
            try skipDigits()
        }
        if byte(at: position) == UInt8(ascii: ".") {
            position += 1
            try skipDigits()
        }
        if byte(at: position) | 0x20 == UInt8(ascii: "e") {
            position += 1
            let sign = byte(at: position)
            if sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") { position += 1 }
            try skipDigits()
        }
        return Token(kind: .number, start: start, length: position - start)
    }

    private mutating func skipDigits() throws(JSONError) {
        let start = position
        while byte(at: position) &- 0x30 < 10 { position += 1 }
        if position == start { throw failure("expected a digit") }
    }

    private mutating func readWord(
        _ word: StaticString, _ kind: Token.Kind
    ) throws(JSONError) -> Token {
        let start = position
        for index in 0..<word.utf8CodeUnitCount {
            guard byte(at: position) == word.utf8Start[index] else {
                throw failure("expected a value")
            }
            position += 1
        }
        return Token(kind: kind, start: start, length: position - start)
    }

    private func byte(at index: Int) -> UInt8 { index < bytes.count ? bytes[index] : 0 }
}
