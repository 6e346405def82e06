import Glibc
import HTTP

/// The status line and the fields of an answer, and what they say of its body.
package struct AnswerHead {
    /// How the end of the body is known (RFC 9112, 6.3).
    enum Framing: Equatable {
        /// Nothing says so.
        case none
        case length(Int)
        case chunked
        /// The body ends with the connection.
        case untilEnd
    }

    package private(set) var status = 0
    var framing = Framing.none
    private(set) var keepsConnection = false
    /// The lines of the fields, as they came.
    package private(set) var lines: [UInt8] = []

    init() {}

    /// - Parameter bytes: from the status line to the empty line, both with their CR LF; every LF
    ///   in it has a CR before it.
    init(_ bytes: UnsafeRawBufferPointer, fieldLimit: Int) throws(AnswerFault) {
        let start = try readStatusLine(bytes)
        let block = UnsafeRawBufferPointer(rebasing: bytes[start..<(bytes.count - 2)])
        lines = [UInt8](block)
        try checkBytes()
        try unfold()
        try readFields(limit: fieldLimit)
    }

    /// `HTTP/1.1 200 OK`, of which nobody needs the last word (RFC 9112, 4).
    private mutating func readStatusLine(
        _ bytes: UnsafeRawBufferPointer
    ) throws(AnswerFault) -> Int {
        guard bytes.count >= 16, bytes.starts(with: "HTTP/1.".utf8), isDigit(bytes[7]) else {
            throw .malformed("it does not begin with HTTP/1")
        }
        guard bytes[8] == UInt8(ascii: " "), bytes[9..<12].allSatisfy(isDigit),
            bytes[12] == UInt8(ascii: " ") || bytes[12] == 0x0D,
            let end = bytes.firstIndex(of: 0x0A)
        else { throw .malformed("its first line has no status") }
        status = bytes[9..<12].reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
        keepsConnection = bytes[7] != UInt8(ascii: "0")
        return end + 1
    }

    /// A CR or a NUL within a line could end it for others.
    private func checkBytes() throws(AnswerFault) {
        var returns = 0
        var feeds = 0
        var nuls = 0
        for byte in lines {
            returns += byte == 0x0D ? 1 : 0
            feeds += byte == 0x0A ? 1 : 0
            nuls += byte == 0 ? 1 : 0
        }
        guard nuls == 0, returns == feeds else {
            throw .malformed("a header has characters that it may not have")
        }
    }

    /// Puts lines that go on in the next one together (obs-fold, RFC 9112, 5.2).
    private mutating func unfold() throws(AnswerFault) {
        for index in lines.indices where isBlank(lines[index]) {
            guard index > 0 else { throw .malformed("a header has no name") }
            guard index >= 2, lines[index - 1] == 0x0A else { continue }
            lines[index - 1] = UInt8(ascii: " ")
            lines[index - 2] = UInt8(ascii: " ")
        }
    }

    private mutating func readFields(limit: Int) throws(AnswerFault) {
        let isHTTP10 = !keepsConnection
        var facts = Facts()
        var count = 0
        try lines.withUnsafeBufferPointer { lines throws(AnswerFault) in
            let bytes = UnsafeRawBufferPointer(lines)
            guard let base = bytes.baseAddress else { return }
            var start = 0
            while start < bytes.count,
                let found = memchr(base + start, 0x0A, bytes.count - start)
            {
                let end = UnsafeRawPointer(found) - base
                count += 1
                guard count <= limit else {
                    throw .malformed("it has more than \(limit) headers")
                }
                try facts.read(UnsafeRawBufferPointer(rebasing: bytes[start..<(end - 1)]))
                start = end + 1
            }
        }
        framing = try facts.framing
        keepsConnection =
            facts.closes ? false : isHTTP10 ? facts.keepsAlive && !facts.isChunked : true
    }
}

/// What the fields that concern the connection say.
private struct Facts {
    private(set) var isChunked = false
    private(set) var closes = false
    private(set) var keepsAlive = false
    private var length: Int?

    var framing: AnswerHead.Framing {
        get throws(AnswerFault) {
            guard isChunked else { return length.map { .length($0) } ?? .none }
            guard length == nil else {
                throw .malformed("its headers say in two ways how long it is")
            }
            return .chunked
        }
    }

    mutating func read(_ line: UnsafeRawBufferPointer) throws(AnswerFault) {
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")), colon > 0,
            line[..<colon].allSatisfy(isTokenByte)
        else { throw .malformed("a line of its head is no header") }
        let name = UnsafeRawBufferPointer(rebasing: line[..<colon])
        let value = UnsafeRawBufferPointer(rebasing: line[(colon + 1)...])
        switch colon {
        case 10 where isSame(name, "connection"):
            try eachWord(of: value) { option in
                if isSame(option, "close") { closes = true }
                if isSame(option, "keep-alive") { keepsAlive = true }
            }
        case 14 where isSame(name, "content-length"): try readLength(value)
        case 17 where isSame(name, "transfer-encoding"):
            try eachWord(of: value) { coding throws(AnswerFault) in
                guard !isChunked, isSame(coding, "chunked") else {
                    throw .malformed("it has a Transfer-Encoding that nobody asked for")
                }
                isChunked = true
            }
        default: break
        }
    }

    /// Several that say the same are one, as some proxies send them (RFC 9110, 8.6).
    private mutating func readLength(_ value: UnsafeRawBufferPointer) throws(AnswerFault) {
        try eachWord(of: value) { number throws(AnswerFault) in
            var total = 0
            for byte in number {
                let (shifted, isShifted) = total.multipliedReportingOverflow(by: 10)
                let (sum, isAdded) = shifted.addingReportingOverflow(Int(byte &- 0x30))
                guard isDigit(byte), !isShifted, !isAdded else {
                    throw .malformed("its Content-Length is no number")
                }
                total = sum
            }
            guard !number.isEmpty else { throw .malformed("its Content-Length is no number") }
            guard length ?? total == total else {
                throw .malformed("its headers say in two ways how long it is")
            }
            length = total
        }
    }

    /// Gives what the commas of a list separate, without the white space around it.
    private func eachWord(
        of value: UnsafeRawBufferPointer,
        _ body: (UnsafeRawBufferPointer) throws(AnswerFault) -> Void
    ) throws(AnswerFault) {
        var rest = value[...]
        while true {
            let end = rest.firstIndex(of: UInt8(ascii: ",")) ?? rest.endIndex
            var word = rest[..<end].drop(while: isBlank)
            while let last = word.last, isBlank(last) { word.removeLast() }
            try body(UnsafeRawBufferPointer(rebasing: word))
            guard end < rest.endIndex else { return }
            rest = rest[(end + 1)...]
        }
    }
}

private func isSame(_ bytes: UnsafeRawBufferPointer, _ name: StaticString) -> Bool {
    guard bytes.count == name.utf8CodeUnitCount else { return false }
    for (index, byte) in bytes.enumerated()
    where lowercasedASCII(byte) != name.utf8Start[index] { return false }
    return true
}

private func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }

private func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == 0x09 }

/// The characters of a token, which names of fields and methods are (RFC 9110, 5.6.2).
func isTokenByte(_ byte: UInt8) -> Bool {
    // Bit n is the character n: 0x21…0x3F without "(),/:;<=>?, 0x40…0x7E without @[\]{}.
    let low: UInt64 = 0x03FF_6CFA_0000_0000
    let high: UInt64 = 0x57FF_FFFF_C7FF_FFFE
    return byte < 0x40
        ? low >> UInt64(byte) & 1 == 1
        : byte < 0x80 ? high >> UInt64(byte - 0x40) & 1 == 1 : false
}
