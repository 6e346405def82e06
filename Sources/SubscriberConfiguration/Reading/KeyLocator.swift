/// Finds the lines of keys and tables in a TOML document that was parsed already.
///
/// The parser tells no lines of values. This reads only as much as is needed to know where keys
/// begin: what it does not understand has no line, and nothing else depends on it.
struct KeyLocator {
    private let text: [UInt8]
    private var position = 0
    private var line = 1
    private var table: [String] = []
    private var lines: [SettingKey: Int] = [:]

    /// The line, counted from 1, of each key and table header; of the first, where there are
    /// several.
    static func lines(in text: String) -> [SettingKey: Int] {
        var locator = KeyLocator(text: Array(text.utf8))
        while locator.readStatement() {}
        return locator.lines
    }

    private init(text: [UInt8]) {
        self.text = text
    }

    /// Reads one header or one key with its value. False at the end of what it understands.
    private mutating func readStatement() -> Bool {
        skipBlank()
        guard let first = peek else { return false }
        let start = position
        if first == UInt8(ascii: "[") {
            while peek == UInt8(ascii: "[") { advance() }
            table = readKey()
            note(table, below: 0)
            while peek == UInt8(ascii: "]") { advance() }
        } else {
            readPair(in: table)
        }
        return position > start
    }

    private mutating func readPair(in place: [String]) {
        let key = place + readKey()
        note(key, below: place.count)
        guard peek == UInt8(ascii: "=") else { return }
        advance()
        skipSpace()
        readValue(of: key)
    }

    private mutating func readValue(of key: [String]) {
        switch peek {
        case UInt8(ascii: "{"): readInside(closing: UInt8(ascii: "}")) { $0.readPair(in: key) }
        case UInt8(ascii: "["): readInside(closing: UInt8(ascii: "]")) { $0.readValue(of: key) }
        case UInt8(ascii: "\""), UInt8(ascii: "'"): _ = readString()
        default:
            while let byte = peek, !Self.endsBare.contains(byte) { advance() }
        }
    }

    /// Reads what stands between brackets, separated by commas, until nothing more is understood.
    private mutating func readInside(closing: UInt8, item: (inout KeyLocator) -> Void) {
        advance()
        while true {
            skipBlank()
            guard let byte = peek, byte != closing else { break }
            let start = position
            item(&self)
            skipBlank()
            if peek == UInt8(ascii: ",") { advance() }
            if position == start { return }
        }
        advance()
    }

    /// A key with its dots: `a."b.c".d`.
    private mutating func readKey() -> [String] {
        var parts: [String] = []
        while true {
            skipSpace()
            if peek == UInt8(ascii: "\"") || peek == UInt8(ascii: "'") {
                parts.append(readString())
            } else {
                let start = position
                while let byte = peek, Self.isBare(byte) { advance() }
                parts.append(String(decoding: text[start..<position], as: UTF8.self))
            }
            skipSpace()
            guard peek == UInt8(ascii: ".") else { return parts }
            advance()
        }
    }

    /// A string of any of the four kinds; what stands between its quotes, escapes left as they are.
    private mutating func readString() -> String {
        guard let quote = peek else { return "" }
        var length = 1
        if look(1) == quote, look(2) == quote { length = 3 }
        for _ in 0..<length { advance() }
        let start = position
        while let byte = peek {
            if byte == UInt8(ascii: "\\"), quote == UInt8(ascii: "\"") {
                advance()
                advance()
            } else if byte == quote, length == 1 || (look(1) == quote && look(2) == quote) {
                break
            } else {
                advance()
            }
        }
        // Up to two quotes may stand right before the three that end a string of several lines.
        while length == 3, look(3) == quote { advance() }
        let content = String(decoding: text[start..<position], as: UTF8.self)
        for _ in 0..<length { advance() }
        return content
    }

    /// A dotted key makes the tables on its way as well.
    private mutating func note(_ place: [String], below depth: Int) {
        for length in depth..<place.count {
            let key = SettingKey(Array(place.prefix(length + 1)))
            if lines[key] == nil { lines[key] = line }
        }
    }

    private var peek: UInt8? { look(0) }

    private func look(_ distance: Int) -> UInt8? {
        position + distance < text.count ? text[position + distance] : nil
    }

    private mutating func advance() {
        guard position < text.count else { return }
        if text[position] == UInt8(ascii: "\n") { line += 1 }
        position += 1
    }

    private mutating func skipSpace() {
        while peek == UInt8(ascii: " ") || peek == UInt8(ascii: "\t") { advance() }
    }

    /// Space, ends of lines and comments.
    private mutating func skipBlank() {
        while let byte = peek {
            if byte == UInt8(ascii: "#") {
                while peek.map({ $0 != UInt8(ascii: "\n") }) ?? false { advance() }
            } else if Self.blank.contains(byte) {
                advance()
            } else {
                return
            }
        }
    }

    private static let blank: [UInt8] = [0x20, 0x09, 0x0A, 0x0D]
    private static let endsBare = Array(",]}#\n".utf8)

    private static func isBare(_ byte: UInt8) -> Bool {
        let character = Character(Unicode.Scalar(byte))
        return character.isASCII
            && (character.isLetter || character.isNumber || "-_".contains(character))
    }
}
