import SQS

/// Which characters may stand where.
enum Characters {
    /// Letters, digits, hyphens and underscores: names of queues and of batch entries.
    static func isNamePart(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }

    /// Letters and digits of any script, hyphens, underscores and periods: names of message
    /// attributes.
    static func isAttributeNamePart(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "-", "_", ".": true
        default: scalar.properties.isAlphabetic || scalar.properties.numericType != nil
        }
    }

    /// A decimal number with or without sign, fraction and exponent. What else programming
    /// languages take for one, such as `0x1F` and `NaN`, is none.
    static func isNumber(_ text: String) -> Bool {
        var rest = text.utf8[...]
        func digits() -> Int {
            let digits = rest.prefix { (0x30...0x39).contains($0) }
            rest = rest.dropFirst(digits.count)
            return digits.count
        }
        func skip(_ bytes: String) -> Bool {
            guard let first = rest.first, bytes.utf8.contains(first) else { return false }
            rest = rest.dropFirst()
            return true
        }
        _ = skip("+-")
        let whole = digits()
        let fraction = skip(".") ? digits() : 0
        guard whole + fraction > 0 else { return false }
        guard skip("eE") else { return rest.isEmpty }
        _ = skip("+-")
        return digits() > 0 && rest.isEmpty
    }

    /// Letters, digits and punctuation: group, deduplication and attempt ids.
    static func isPrintable(_ byte: UInt8) -> Bool {
        (0x21...0x7E).contains(byte)
    }

    /// The characters that XML 1.0 allows, and SQS with it. A Swift string holds no surrogates, so
    /// that control characters and two non-characters remain.
    static func check(
        _ text: String, _ code: SQSErrorCode = .invalidMessageContents
    ) throws(StoreError) {
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0x9, 0xA, 0xD, 0x20...0xFFFD, 0x10000...0x10FFFF: continue
            default:
                throw StoreError(
                    code,
                    """
                    Invalid character '#x\(String(scalar.value, radix: 16, uppercase: true))' was \
                    found in the message, the set of allowed characters is #x9 | #xA | #xD | #x20 \
                    to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF
                    """)
            }
        }
    }
}
