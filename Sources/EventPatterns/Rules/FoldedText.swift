/// A text that is compared without regard to case: each character by its lower-case form
/// (Unicode's simple mapping; `ß` is not `SS`).
struct FoldedText: Sendable, Equatable {
    private let folded: [UInt8]

    init(_ text: String) {
        folded = Self.fold(Array(text.utf8))
    }

    func equals(_ value: UnsafeRawBufferPointer) -> Bool {
        compare(value) { $0.elementsEqual($1) }
    }

    func isPrefix(of value: UnsafeRawBufferPointer) -> Bool {
        compare(value) { $0.starts(with: $1) }
    }

    func isSuffix(of value: UnsafeRawBufferPointer) -> Bool {
        compare(value) { $0.reversed().starts(with: $1.reversed()) }
    }

    private func compare(
        _ value: UnsafeRawBufferPointer, _ isFit: (ArraySlice<UInt8>, [UInt8]) -> Bool
    ) -> Bool {
        isFit(Self.fold(Array(value))[...], folded)
    }

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
