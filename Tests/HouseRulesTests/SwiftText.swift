/// Swift source taken apart: what is code, and what is comment.
///
/// Both have the length and the lines of the source. What belongs to neither, the inside of string
/// literals, is blank in both, so that a rule does not stumble over text about itself.
/// Interpolations are code. Regular expression literals are not recognised.
struct SwiftText {
    let code: [UInt8]
    let comments: [UInt8]

    init(_ text: String) {
        var lexer = Lexer(text: Array(text.utf8))
        lexer.readCode(insideParentheses: false)
        code = lexer.code
        comments = lexer.comments
    }
}

private struct Lexer {
    let text: [UInt8]
    var code: [UInt8]
    var comments: [UInt8]
    private var position = 0

    init(text: [UInt8]) {
        self.text = text
        let blank = text.map { $0 == UInt8(ascii: "\n") ? $0 : UInt8(ascii: " ") }
        code = blank
        comments = blank
    }

    /// Up to the end, or over the parenthesis that closes an interpolation.
    mutating func readCode(insideParentheses: Bool) {
        var depth = 0
        while let byte = look(0) {
            switch byte {
            case UInt8(ascii: "/") where look(1) == UInt8(ascii: "/"): readLineComment()
            case UInt8(ascii: "/") where look(1) == UInt8(ascii: "*"): readBlockComment()
            case UInt8(ascii: "\""): readString(hashes: 0)
            case UInt8(ascii: "#"): readHashes()
            case UInt8(ascii: "`"): readRawIdentifier()
            case UInt8(ascii: ")") where insideParentheses && depth == 0:
                position += 1
                return
            default:
                if byte == UInt8(ascii: "(") { depth += 1 }
                if byte == UInt8(ascii: ")") { depth -= 1 }
                keep()
            }
        }
    }

    private func look(_ distance: Int) -> UInt8? {
        position + distance < text.count ? text[position + distance] : nil
    }

    private mutating func keep() {
        code[position] = text[position]
        position += 1
    }

    private mutating func readLineComment() {
        while let byte = look(0), byte != UInt8(ascii: "\n") {
            comments[position] = byte
            position += 1
        }
    }

    private mutating func readBlockComment() {
        var depth = 0
        while let byte = look(0) {
            let opens = byte == UInt8(ascii: "/") && look(1) == UInt8(ascii: "*")
            let closes = byte == UInt8(ascii: "*") && look(1) == UInt8(ascii: "/")
            let width = opens || closes ? 2 : 1
            for _ in 0..<width {
                comments[position] = text[position]
                position += 1
            }
            depth += opens ? 1 : closes ? -1 : 0
            if depth == 0 { return }
        }
    }

    /// A name in backticks may hold anything; it stays a name for whoever looks for one.
    private mutating func readRawIdentifier() {
        position += 1
        while let byte = look(0), byte != UInt8(ascii: "`"), byte != UInt8(ascii: "\n") {
            code[position] = UInt8(ascii: "_")
            position += 1
        }
        position += 1
    }

    private mutating func readHashes() {
        var hashes = 0
        while look(hashes) == UInt8(ascii: "#") { hashes += 1 }
        if look(hashes) == UInt8(ascii: "\"") {
            position += hashes
            readString(hashes: hashes)
        } else {
            for _ in 0..<hashes { keep() }
        }
    }

    private mutating func readString(hashes: Int) {
        let quote = UInt8(ascii: "\"")
        let isLong = look(1) == quote && look(2) == quote
        let width = isLong ? 3 : 1
        position += width
        while let byte = look(0) {
            if byte == UInt8(ascii: "\\"), isRow(of: UInt8(ascii: "#"), hashes, from: 1) {
                position += 1 + hashes
                if look(0) == UInt8(ascii: "(") {
                    position += 1
                    readCode(insideParentheses: true)
                } else {
                    position += 1
                }
            } else if isRow(of: quote, width, from: 0),
                isRow(of: UInt8(ascii: "#"), hashes, from: width)
            {
                position += width + hashes
                return
            } else if byte == UInt8(ascii: "\n"), !isLong {
                return
            } else {
                position += 1
            }
        }
    }

    private func isRow(of byte: UInt8, _ count: Int, from start: Int) -> Bool {
        (start..<start + count).allSatisfy { look($0) == byte }
    }
}
