/// Reads JSON from front to back, value by value, without building a tree.
///
/// Strict in structure, so that an answer cut anywhere is an error; lenient in the text of strings,
/// where lone surrogates and invalid UTF-8 become U+FFFD and control characters are taken as they
/// are: one odd message must not make the other nine of an answer unreadable, and its digest tells.
/// `null` reads as an empty object, an empty list or no text. RFC 8259.
package struct JSONReader {
    /// No answer of SQS nests deeper than 6; the limit keeps hostile input off the stack.
    package static let maximumDepth = 32

    let bytes: [UInt8]
    var position = 0
    private var depth = 0

    package init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// Reads an object. `member` must read or skip the value of every member.
    package mutating func object(
        _ member: (inout JSONReader, String) throws(JSONError) -> Void
    ) throws(JSONError) {
        if try takeNull() { return }
        try enter(UInt8(ascii: "{"))
        if !take(UInt8(ascii: "}")) {
            repeat {
                let name = try string()
                try expect(UInt8(ascii: ":"))
                try member(&self, name)
            } while take(UInt8(ascii: ","))
            try expect(UInt8(ascii: "}"))
        }
        depth -= 1
    }

    /// Reads an array. `element` must read or skip every element.
    package mutating func array(
        _ element: (inout JSONReader) throws(JSONError) -> Void
    ) throws(JSONError) {
        if try takeNull() { return }
        try enter(UInt8(ascii: "["))
        if !take(UInt8(ascii: "]")) {
            repeat {
                try element(&self)
            } while take(UInt8(ascii: ","))
            try expect(UInt8(ascii: "]"))
        }
        depth -= 1
    }

    /// Reads a string, number or boolean as text; nil for `null`.
    package mutating func text() throws(JSONError) -> String? {
        skipSpace()
        guard position < bytes.count else { throw error("the text ends where a value should be") }
        switch bytes[position] {
        case UInt8(ascii: "\""): return try string()
        case UInt8(ascii: "n"):
            try expect("null")
            return nil
        case UInt8(ascii: "t"):
            try expect("true")
            return "true"
        case UInt8(ascii: "f"):
            try expect("false")
            return "false"
        default: return try number()
        }
    }

    /// Reads whatever comes and forgets it.
    package mutating func skip() throws(JSONError) {
        skipSpace()
        guard position < bytes.count else { throw error("the text ends where a value should be") }
        switch bytes[position] {
        case UInt8(ascii: "{"):
            try object { (reader, _) throws(JSONError) in try reader.skip() }
        case UInt8(ascii: "["):
            try array { (reader) throws(JSONError) in try reader.skip() }
        default:
            _ = try text()
        }
    }

    /// Checks that nothing but white space is left.
    package mutating func finish() throws(JSONError) {
        skipSpace()
        guard position == bytes.count else { throw error("something follows the value") }
    }
}

extension JSONReader {
    func error(_ problem: String) -> JSONError {
        JSONError(problem: problem, offset: position)
    }

    /// Takes the byte, after white space, or fails.
    mutating func expect(_ byte: UInt8) throws(JSONError) {
        guard take(byte) else {
            throw error("“\(Character(Unicode.Scalar(byte)))” is missing")
        }
    }

    private mutating func enter(_ bracket: UInt8) throws(JSONError) {
        try expect(bracket)
        depth += 1
        guard depth <= Self.maximumDepth else { throw error("nested too deep") }
    }

    /// Takes the byte where it comes next, after white space.
    private mutating func take(_ byte: UInt8) -> Bool {
        skipSpace()
        guard position < bytes.count, bytes[position] == byte else { return false }
        position += 1
        return true
    }

    private mutating func takeNull() throws(JSONError) -> Bool {
        skipSpace()
        guard position < bytes.count, bytes[position] == UInt8(ascii: "n") else { return false }
        try expect("null")
        return true
    }

    private mutating func expect(_ word: StaticString) throws(JSONError) {
        let end = position + word.utf8CodeUnitCount
        guard end <= bytes.count, bytes[position..<end].elementsEqual("\(word)".utf8) else {
            throw error("not a value")
        }
        position = end
    }

    private mutating func number() throws(JSONError) -> String {
        let start = position
        while position < bytes.count, Self.isNumeric(bytes[position]) { position += 1 }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        guard Double(text) != nil else { throw error("not a value") }
        return text
    }

    private static func isNumeric(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "+"),
            UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E"):
            true
        default: false
        }
    }

    private mutating func skipSpace() {
        while position < bytes.count {
            switch bytes[position] {
            case 0x20, 0x0A, 0x0D, 0x09: position += 1
            default: return
            }
        }
    }
}

/// Why a text is not the JSON that was expected.
package struct JSONError: Error, Equatable, CustomStringConvertible {
    package let problem: String
    /// Bytes from the start.
    package let offset: Int

    package init(problem: String, offset: Int) {
        self.problem = problem
        self.offset = offset
    }

    package var description: String { "\(problem), at byte \(offset)" }
}
