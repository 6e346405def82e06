extension JSONReader {
    /// What a string stands for; the text of another scalar as it is.
    package func text(of token: Token) -> String {
        let content = content(token)
        guard token.hasEscapes else { return String(decoding: content, as: UTF8.self) }
        return String(unsafeUninitializedCapacity: content.count) {
            JSONEscape.decode(content, into: $0)
        }
    }

    /// The escape in UTF-8.
    package func utf8(of token: Token) -> [UInt8] {
        let content = content(token)
        return [UInt8](unsafeUninitializedCapacity: content.count) { buffer, count in
            count = JSONEscape.decode(content, into: buffer)
        }
    }

    func content(_ token: Token) -> UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(rebasing: bytes[token.start..<token.start + token.length])
    }
}

/// The escapes in a string of JSON.
package enum JSONEscape {
    /// Writes what a string stands for and returns its length, which is no more than that of the
    /// string. Half of a surrogate pair becomes U+FFFD: it has no UTF-8.
    /// - Parameter content: what is between the quotes, its escapes checked already.
    static func decode(
        _ content: UnsafeBufferPointer<UInt8>, into result: UnsafeMutableBufferPointer<UInt8>
    ) -> Int {
        var (index, count) = (0, 0)
        func append(_ byte: UInt8) {
            result[count] = byte
            count += 1
        }
        while true {
            let end = PlainRun.find(UInt8(ascii: "\\"), in: content, from: index)
            if let start = content.baseAddress, let target = result.baseAddress, end > index {
                (target + count).update(from: start + index, count: end - index)
                count += end - index
            }
            guard end < content.count else { return count }
            let escape = content[end + 1]
            index = end + 2
            switch escape {
            case UInt8(ascii: "b"): append(0x08)
            case UInt8(ascii: "f"): append(0x0C)
            case UInt8(ascii: "n"): append(0x0A)
            case UInt8(ascii: "r"): append(0x0D)
            case UInt8(ascii: "t"): append(0x09)
            case UInt8(ascii: "u"): scalar(in: content, at: &index).utf8.forEach(append)
            default: append(escape)
            }
        }
    }

    private static func scalar(
        in content: UnsafeBufferPointer<UInt8>, at index: inout Int
    ) -> Unicode.Scalar {
        let first = codeUnit(in: content, at: index)
        index += 4
        var value = first
        if first & 0xFC00 == 0xD800, index + 6 <= content.count,
            content[index] == UInt8(ascii: "\\"), content[index + 1] == UInt8(ascii: "u")
        {
            let second = codeUnit(in: content, at: index + 2)
            if second & 0xFC00 == 0xDC00 {
                index += 6
                value = 0x10000 + (first & 0x3FF) << 10 + second & 0x3FF
            }
        }
        return Unicode.Scalar(value) ?? "\u{FFFD}"
    }

    private static func codeUnit(
        in content: UnsafeBufferPointer<UInt8>, at index: Int
    ) -> UInt32 {
        content[index..<index + 4].reduce(0) { $0 << 4 | UInt32(hexValue($1) ?? 0) }
    }

    package static func hexValue(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
