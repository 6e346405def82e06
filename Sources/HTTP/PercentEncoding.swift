extension [UInt8] {
    /// Every byte that `keeps` does not accept becomes `%` and two upper-case digits.
    package mutating func appendEncoded(
        _ bytes: some Sequence<UInt8>, keeping keeps: (UInt8) -> Bool
    ) {
        let digits: StaticString = "0123456789ABCDEF"
        for byte in bytes {
            if keeps(byte) {
                append(byte)
            } else {
                append(UInt8(ascii: "%"))
                append(digits.utf8Start[Int(byte >> 4)])
                append(digits.utf8Start[Int(byte & 15)])
            }
        }
    }
}

extension String {
    /// Text in which every byte that `keeps` does not accept is `%` and two upper-case digits.
    package init(percentEncoding text: String, keeping keeps: (UInt8) -> Bool) {
        var bytes: [UInt8] = []
        bytes.appendEncoded(text.utf8, keeping: keeps)
        self.init(decoding: bytes, as: UTF8.self)
    }

    /// What was encoded, whichever case its digits have; nil where a `%` has no two digits behind
    /// it, or what comes out is not UTF-8.
    package init?(percentDecoding text: some StringProtocol) {
        var bytes: [UInt8] = []
        var rest = Substring(text).utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            let digits = rest.prefix(2)
            guard digits.count == 2, digits.allSatisfy(isHexadecimalDigit),
                let value = UInt8(Substring(digits), radix: 16)
            else { return nil }
            bytes.append(value)
            rest.removeFirst(2)
        }
        self.init(validating: bytes, as: UTF8.self)
    }
}

/// The unreserved characters of RFC 3986, the only ones that are never encoded.
package func isUnreserved(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"): true
    default: isAlphanumeric(byte)
    }
}

/// `A`–`Z`, `a`–`z`, `0`–`9`.
package func isAlphanumeric(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"):
        true
    default: false
    }
}

private func isHexadecimalDigit(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "f"), UInt8(ascii: "A")...UInt8(ascii: "F"),
        UInt8(ascii: "0")...UInt8(ascii: "9"):
        true
    default: false
    }
}
