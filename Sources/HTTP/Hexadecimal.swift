// Hexadecimal stands here, on the ground, because percent-encoding is made of it, and all rooms
// that sign, count or name in it may import this one.

extension String {
    /// Two lower-case digits for each byte.
    @inlinable
    package init(hexadecimal bytes: some Sequence<UInt8>) {
        let digits: StaticString = "0123456789abcdef"
        var text: [UInt8] = []
        // Those of a SHA-256 hash, the longest that is written often.
        text.reserveCapacity(64)
        for byte in bytes {
            text.append(digits.utf8Start[Int(byte >> 4)])
            text.append(digits.utf8Start[Int(byte & 15)])
        }
        self.init(decoding: text, as: UTF8.self)
    }

    /// A number in lower-case digits, zeros in front of it up to a width.
    package init(hexadecimal number: UInt64, digits: Int) {
        let text = String(number, radix: 16)
        self.init(repeating: "0", count: Swift.max(0, digits - text.utf8.count))
        append(text)
    }
}
