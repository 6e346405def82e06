/// Strings as JSON writes them.
enum JSONText {
    /// Appends what a string of JSON stands for, in UTF-8. Half of a surrogate pair becomes U+FFFD:
    /// it has no UTF-8.
    /// - Parameter content: what is between the quotes, its escapes checked already.
    static func decode(_ content: Slice<UnsafeBufferPointer<UInt8>>, into result: inout [UInt8]) {
        var index = content.startIndex
        while index < content.endIndex {
            let byte = content[index]
            index += 1
            guard byte == UInt8(ascii: "\\") else {
                result.append(byte)
                continue
            }
            let escape = content[index]
            index += 1
            switch escape {
            case UInt8(ascii: "b"): result.append(0x08)
            case UInt8(ascii: "f"): result.append(0x0C)
            case UInt8(ascii: "n"): result.append(0x0A)
            case UInt8(ascii: "r"): result.append(0x0D)
            case UInt8(ascii: "t"): result.append(0x09)
            case UInt8(ascii: "u"): result.append(contentsOf: scalar(in: content, at: &index))
            default: result.append(escape)
            }
        }
    }

    private static func scalar(
        in content: Slice<UnsafeBufferPointer<UInt8>>, at index: inout Int
    ) -> [UInt8] {
        let first = codeUnit(in: content, at: index)
        index += 4
        var value = first
        if first & 0xFC00 == 0xD800, index + 6 <= content.endIndex,
            content[index] == UInt8(ascii: "\\"), content[index + 1] == UInt8(ascii: "u")
        {
            let second = codeUnit(in: content, at: index + 2)
            if second & 0xFC00 == 0xDC00 {
                index += 6
                value = 0x10000 + (first & 0x3FF) << 10 + second & 0x3FF
            }
        }
        return Array(String(Unicode.Scalar(value) ?? "\u{FFFD}").utf8)
    }

    private static func codeUnit(
        in content: Slice<UnsafeBufferPointer<UInt8>>, at index: Int
    ) -> UInt32 {
        content[index..<index + 4].reduce(0) { $0 << 4 | UInt32(hexValue($1) ?? 0) }
    }

    static func hexValue(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }

    /// The text in quotes, with the escapes that JSON needs.
    static func quote(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case let control where control.value < 0x20:
                let digits = String(control.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
