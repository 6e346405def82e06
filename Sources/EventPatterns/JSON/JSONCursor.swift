/// A place in a JSON text (RFC 8259), and the way forward from there.
///
/// Reads the grammar to the letter and keeps nothing but places, so that what nobody asks for costs
/// no memory. The text has to be valid UTF-8, as a `String` is.
struct JSONCursor {
    private let bytes: UnsafeBufferPointer<UInt8>
    private(set) var position = 0
    /// The objects and lists that are open here.
    private var depth = 0

    /// Lists and objects in each other. As much as Foundation's reader takes; it bounds the
    /// recursion of what reads a document, whatever the sender of a message wrote.
    static let maximumDepth = 512

    /// The places of nodes are kept in 32 bits. A message is a thousandth of that.
    static let maximumSize = Int(Int32.max)

    init(_ bytes: UnsafeBufferPointer<UInt8>) throws(JSONSyntaxError) {
        guard bytes.count < Self.maximumSize else {
            throw JSONSyntaxError(offset: Self.maximumSize, problem: "the text is too large")
        }
        self.bytes = bytes
    }

    /// Where a string or number stands; of a string what is between the quotes.
    struct Token {
        let start: Int
        let length: Int
        let hasEscapes: Bool
    }

    /// The first byte of what comes next; 0 at the end.
    mutating func peek() -> UInt8 {
        while position < bytes.count {
            let byte = bytes[position]
            guard byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { return byte }
            position += 1
        }
        return 0
    }

    func failure(_ problem: String) -> JSONSyntaxError {
        JSONSyntaxError(
            offset: position,
            problem: position < bytes.count ? problem : "\(problem), but the text ends")
    }

    /// Enters the list or object that begins here. False where it is empty, and left already.
    mutating func open(closing: UInt8) throws(JSONSyntaxError) -> Bool {
        guard depth < Self.maximumDepth else {
            throw failure("more than \(Self.maximumDepth) lists and objects in each other")
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
    mutating func goOn(closing: UInt8) throws(JSONSyntaxError) -> Bool {
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
    mutating func readName() throws(JSONSyntaxError) -> Token {
        guard peek() == UInt8(ascii: "\"") else { throw failure("expected a name in quotes") }
        let name = try readString()
        guard peek() == UInt8(ascii: ":") else { throw failure("expected :") }
        position += 1
        return name
    }

    mutating func readString() throws(JSONSyntaxError) -> Token {
        position += 1
        let start = position
        var hasEscapes = false
        while position < bytes.count {
            let byte = bytes[position]
            if byte == UInt8(ascii: "\"") {
                position += 1
                return Token(start: start, length: position - 1 - start, hasEscapes: hasEscapes)
            }
            if byte == UInt8(ascii: "\\") {
                hasEscapes = true
                try skipEscape()
            } else if byte < 0x20 {
                throw failure("a control character in a string")
            } else {
                position += 1
            }
        }
        throw failure("expected a quote")
    }

    private mutating func skipEscape() throws(JSONSyntaxError) {
        position += 1
        switch byte(at: position) {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"),
            UInt8(ascii: "f"), UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            position += 1
        case UInt8(ascii: "u"):
            position += 1
            for _ in 0..<4 {
                guard JSONText.hexValue(byte(at: position)) != nil else {
                    throw failure("expected four hexadecimal digits")
                }
                position += 1
            }
        default:
            throw failure("an unknown escape")
        }
    }

    mutating func readNumber() throws(JSONSyntaxError) -> Token {
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
        return Token(start: start, length: position - start, hasEscapes: false)
    }

    private mutating func skipDigits() throws(JSONSyntaxError) {
        let start = position
        while byte(at: position) &- 0x30 < 10 { position += 1 }
        if position == start { throw failure("expected a digit") }
    }

    mutating func readWord(_ word: StaticString) throws(JSONSyntaxError) {
        for index in 0..<word.utf8CodeUnitCount {
            guard byte(at: position) == word.utf8Start[index] else {
                throw failure("expected a value")
            }
            position += 1
        }
    }

    /// Nothing but white space may follow.
    mutating func finish() throws(JSONSyntaxError) {
        _ = peek()
        if position < bytes.count { throw failure("unexpected text after the value") }
    }

    private func byte(at index: Int) -> UInt8 { index < bytes.count ? bytes[index] : 0 }
}

extension JSONCursor {
    /// Goes past one value of any depth, checking it, without recursion.
    mutating func skipValue() throws(JSONSyntaxError) {
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
                try skipScalar()
            }
            while let closing = closings.last, try !goOn(closing: closing) {
                closings.removeLast()
            }
            guard let closing = closings.last else { return }
            if closing == UInt8(ascii: "}") { _ = try readName() }
        }
    }

    private mutating func skipScalar() throws(JSONSyntaxError) {
        switch peek() {
        case UInt8(ascii: "\""): _ = try readString()
        case UInt8(ascii: "t"): try readWord("true")
        case UInt8(ascii: "f"): try readWord("false")
        case UInt8(ascii: "n"): try readWord("null")
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): _ = try readNumber()
        default: throw failure("expected a value")
        }
    }
}

extension JSONCursor {
    /// The first byte that is no white space; 0 where there is none.
    static func firstByte(of text: UnsafeBufferPointer<UInt8>) -> UInt8 {
        text.first { $0 != 0x20 && $0 != 0x0A && $0 != 0x0D && $0 != 0x09 } ?? 0
    }
}
