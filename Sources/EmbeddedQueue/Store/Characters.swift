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

    /// Letters, digits and punctuation: group, deduplication and attempt ids.
    static func isPrintable(_ byte: UInt8) -> Bool {
        (0x21...0x7E).contains(byte)
    }

    /// The characters that XML 1.0 allows, and SQS with it. A Swift string holds no surrogates, so
    /// that control characters and two non-characters remain.
    static func check(_ text: String) throws(StoreError) {
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0x9, 0xA, 0xD, 0x20...0xFFFD, 0x10000...0x10FFFF: continue
            default:
                throw StoreError(
                    .invalidMessageContents,
                    """
                    Invalid character '#x\(String(scalar.value, radix: 16, uppercase: true))' was \
                    found in the message, the set of allowed characters is #x9 | #xA | #xD | #x20 \
                    to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF
                    """)
            }
        }
    }
}
