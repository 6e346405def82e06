/// Where in a text of JSON something stands that is not taken as it is. Eight bytes are looked at
/// in one step, since most of what is sent are long runs of plain bytes.
enum PlainRun {
    private static let ones: UInt64 = 0x0101_0101_0101_0101
    private static let highs: UInt64 = 0x8080_8080_8080_8080
    private static let quotes = ones &* UInt64(UInt8(ascii: "\""))
    private static let backslashes = ones &* UInt64(UInt8(ascii: "\\"))
    private static let spaces = ones &* 0x20

    /// The first place, from `start` on, of a quotation mark, a backslash or a control character;
    /// the length of the text where there is none.
    static func end(in text: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
        guard let base = text.baseAddress else { return 0 }
        var index = start
        while index + 8 <= text.count {
            let word = word(base + index)
            // The lowest byte that is marked is one of them; those above it need not be.
            let marks =
                zeros(in: word ^ quotes) | zeros(in: word ^ backslashes)
                | ((word &- spaces) & ~word & highs)
            if marks != 0 { return index + marks.trailingZeroBitCount / 8 }
            index += 8
        }
        while index < text.count, !isSpecial(text[index]) { index += 1 }
        return index
    }

    private static func zeros(in word: UInt64) -> UInt64 { (word &- ones) & ~word & highs }

    private static func isSpecial(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
    }

    /// The first place, from `start` on, of a byte; the length of the text where there is none.
    static func find(
        _ byte: UInt8, in text: UnsafeBufferPointer<UInt8>, from start: Int
    ) -> Int {
        guard let base = text.baseAddress else { return 0 }
        let wanted = ones &* UInt64(byte)
        var index = start
        while index + 8 <= text.count {
            let marks = zeros(in: word(base + index) ^ wanted)
            if marks != 0 { return index + marks.trailingZeroBitCount / 8 }
            index += 8
        }
        while index < text.count, text[index] != byte { index += 1 }
        return index
    }

    private static func word(_ bytes: UnsafePointer<UInt8>) -> UInt64 {
        UnsafeRawPointer(bytes).loadUnaligned(as: UInt64.self).littleEndian
    }
}
