/// A text that is compared without regard to case: each character by its lower-case form
/// (Unicode's simple mapping; `ß` is not `SS`).
struct FoldedText: Sendable, Equatable {
    private let folded: [UInt8]

    init(_ text: String) {
        folded = Self.fold(Array(text.utf8))
    }

    func equals(_ value: UnsafeRawBufferPointer) -> Bool {
        value.count <= reach && Self.fold(Array(value)) == folded
    }

    func isPrefix(of value: UnsafeRawBufferPointer) -> Bool {
        Self.fold(Array(value.prefix(reach))).starts(with: folded)
    }

    func isSuffix(of value: UnsafeRawBufferPointer) -> Bool {
        Self.fold(Array(value.suffix(reach))).reversed().starts(with: folded.reversed())
    }

    /// The number of bytes of a value that can matter: no character is more than three times as
    /// long as its lower-case form (the Kelvin sign is, and k), and one more may be cut at the end.
    /// So a long value costs no more than a short one.
    private var reach: Int { 3 * folded.count + 3 }

    private static func fold(_ text: [UInt8]) -> [UInt8] {
        if text.allSatisfy({ $0 < 0x80 }) {
            return text.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }
        }
        var result = ""
        for scalar in String(decoding: text, as: UTF8.self).unicodeScalars {
            result += scalar.properties.lowercaseMapping
        }
        return Array(result.utf8)
    }
}
