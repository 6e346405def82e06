/// Looks through a text before the TOML parser does, for what it could not bear: tables and lists
/// nested so deep that the stack ends, and bare values longer than what it can step back.
///
/// It knows TOML as far as that takes: where strings, comments, keys and values begin. What is
/// wrong otherwise is left for the parser to tell, and nothing behind it matters, for the parser
/// does not get there.
struct NestingCheck {
    private let text: [UInt8]
    private var position = 0
    private var line = 1
    private var lineStart = 0
    /// The brackets that are open: of headers, lists and inline tables.
    private var open: [Bracket] = []
    /// Whether a value is read, rather than a key.
    private var isValue = false
    /// The dots of the key that is read.
    private var dots = 0
    /// Where a value that stands in no quotes began.
    private var bareStart: Int?
    private var problem: String?

    private enum Bracket {
        case header
        case list
        case inlineTable
    }

    static func check(_ text: [UInt8]) throws(Document.SyntaxError) {
        var check = NestingCheck(text: text)
        while check.position < text.count, check.problem == nil { check.step() }
        guard let problem = check.problem else { return }
        throw Document.SyntaxError(line: check.line, problem: problem)
    }

    private init(text: [UInt8]) {
        self.text = text
    }

    private mutating func step() {
        let byte = text[position]
        if let bareStart, !Self.endsBare.contains(byte) {
            if position - bareStart >= FileLimits.bareValue { problem = tooLong(bareStart) }
            position += 1
            return
        }
        bareStart = nil
        switch byte {
        case UInt8(ascii: "#"): skipComment()
        case UInt8(ascii: "\n"): endLine()
        case UInt8(ascii: "\""), UInt8(ascii: "'"): skipString(byte)
        case UInt8(ascii: "["), UInt8(ascii: "{"): openBracket(byte)
        case UInt8(ascii: "]"), UInt8(ascii: "}"):
            _ = open.popLast()
            (isValue, dots) = (false, 0)
            position += 1
        case UInt8(ascii: ","):
            (isValue, dots) = (open.last == .list, 0)
            position += 1
        case UInt8(ascii: "=") where !isValue:
            (isValue, dots) = (true, 0)
            position += 1
        case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"): position += 1
        default: readBare(byte)
        }
    }

    private mutating func readBare(_ byte: UInt8) {
        if isValue {
            bareStart = position
        } else if byte == UInt8(ascii: ".") {
            dots += 1
            if dots >= FileLimits.nesting { problem = "tables \(Self.tooDeep)" }
        }
        position += 1
    }

    private mutating func openBracket(_ byte: UInt8) {
        if byte == UInt8(ascii: "{") {
            open.append(.inlineTable)
            isValue = false
        } else {
            open.append(isValue ? .list : .header)
        }
        if open.count > FileLimits.nesting { problem = "lists \(Self.tooDeep)" }
        dots = 0
        position += 1
    }

    private mutating func endLine() {
        position += 1
        line += 1
        lineStart = position
        dots = 0
        // A list goes on over lines, and nothing else does.
        if open.last != .list { (isValue, open) = (false, []) }
    }

    private mutating func skipComment() {
        while position < text.count, text[position] != UInt8(ascii: "\n") { position += 1 }
    }

    /// One without its end is the parser's to tell, and is the last that it reads.
    private mutating func skipString(_ quote: UInt8) {
        let isLong = look(1) == quote && look(2) == quote
        position += isLong ? 3 : 1
        while position < text.count {
            let byte = text[position]
            if byte == UInt8(ascii: "\\"), quote == UInt8(ascii: "\"") {
                position += 1
                if look(0) == UInt8(ascii: "\n") { countLine() }
                position += 1
            } else if byte == UInt8(ascii: "\n") {
                guard isLong else { return position = text.count }
                countLine()
                position += 1
            } else if byte == quote, !isLong || (look(1) == quote && look(2) == quote) {
                return endString(quote, isLong: isLong)
            } else {
                position += 1
            }
        }
    }

    private mutating func endString(_ quote: UInt8, isLong: Bool) {
        position += isLong ? 3 : 1
        // Up to two quotes may stand right before the three that end a string of several lines.
        var more = isLong ? 2 : 0
        while more > 0, look(0) == quote {
            position += 1
            more -= 1
        }
    }

    private mutating func countLine() {
        line += 1
        lineStart = position + 1
    }

    private func look(_ distance: Int) -> UInt8? {
        position + distance < text.count ? text[position + distance] : nil
    }

    private func tooLong(_ start: Int) -> String {
        let column = text[lineStart..<start].count { $0 & 0xC0 != 0x80 } + 1
        return """
            not valid TOML at column \(column): a number or date of more than \
            \(FileLimits.bareValue) characters; a text stands in quotes
            """
    }

    private static let tooDeep = "nested more than \(FileLimits.nesting) deep"
    private static let endsBare = Array(" \t\r\n,]}#".utf8)
}
