extension JSONReader {
    /// Reads a string.
    package mutating func string() throws(JSONError) -> String {
        try expect(UInt8(ascii: "\""))
        let start = position
        position = bytes.withUnsafeBufferPointer { Self.endOfRun(in: $0, from: start) }
        if try takeEnd() { return String(decoding: bytes[start..<position - 1], as: UTF8.self) }
        var text = Array(bytes[start..<position - 1])
        repeat {
            try appendEscape(to: &text)
            appendRun(to: &text)
        } while try !takeEnd()
        return String(decoding: text, as: UTF8.self)
    }

    /// Takes the bytes that stand for themselves: up to the next quotation mark, backslash or end.
    private mutating func appendRun(to text: inout [UInt8]) {
        let start = position
        position = bytes.withUnsafeBufferPointer { bytes in
            let end = Self.endOfRun(in: bytes, from: start)
            text.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[start..<end]))
            return end
        }
    }

    private static func endOfRun(
        in bytes: UnsafeBufferPointer<UInt8>, from start: Int
    ) -> Int {
        var end = start
        while end < bytes.count, bytes[end] != UInt8(ascii: "\""), bytes[end] != UInt8(ascii: "\\")
        {
            end += 1
        }
        return end
    }

    /// Takes what ended a run. True for the quotation mark, false for a backslash.
    private mutating func takeEnd() throws(JSONError) -> Bool {
        guard position < bytes.count else { throw error("a string has no end") }
        position += 1
        return bytes[position - 1] == UInt8(ascii: "\"")
    }

    /// What comes after a backslash.
    private mutating func appendEscape(to text: inout [UInt8]) throws(JSONError) {
        guard position < bytes.count else { throw error("a string has no end") }
        let byte = bytes[position]
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "u"): text.append(contentsOf: String(try unicodeEscape()).utf8)
        default: throw error("an escape is unknown")
        }
    }

    /// What comes after `\u`: one scalar, from one unit or a pair of surrogates.
    private mutating func unicodeEscape() throws(JSONError) -> Character {
        let replacement: Character = "\u{FFFD}"
        let unit = try hexadecimalUnit()
        guard UTF16.isLeadSurrogate(unit) else {
            return Unicode.Scalar(unit).map(Character.init) ?? replacement
        }
        let next = position
        guard next + 1 < bytes.count, bytes[next] == UInt8(ascii: "\\"),
            bytes[next + 1] == UInt8(ascii: "u")
        else { return replacement }
        position += 2
        let second = try hexadecimalUnit()
        guard UTF16.isTrailSurrogate(second) else {
            position = next  // a lone lead: what follows is a character of its own
            return replacement
        }
        let scalar = 0x10000 + (UInt32(unit & 0x3FF) << 10 | UInt32(second & 0x3FF))
        return Unicode.Scalar(scalar).map(Character.init) ?? replacement
    }

    private mutating func hexadecimalUnit() throws(JSONError) -> UInt16 {
        guard position + 4 <= bytes.count else { throw error("a string has no end") }
        var unit: UInt16 = 0
        for byte in bytes[position..<position + 4] {
            guard let digit = Self.hexadecimalDigit(byte) else {
                throw error("an escape is unknown")
            }
            unit = unit << 4 | digit
        }
        position += 4
        return unit
    }

    private static func hexadecimalDigit(_ byte: UInt8) -> UInt16? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt16(byte - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt16(byte - UInt8(ascii: "a") + 10)
        case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt16(byte - UInt8(ascii: "A") + 10)
        default: nil
        }
    }
}
