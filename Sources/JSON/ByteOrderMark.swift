extension Collection<UInt8> {
    /// The text in UTF-8 without the byte order mark that editors of Windows put before it: it says
    /// nothing, and RFC 8259 section 8.1 lets a reader of JSON pass over it.
    package var withoutByteOrderMark: SubSequence {
        starts(with: ByteOrderMark.utf8) ? dropFirst(ByteOrderMark.utf8.count) : self[...]
    }
}

enum ByteOrderMark {
    /// U+FEFF.
    static let utf8: [UInt8] = [0xEF, 0xBB, 0xBF]
}
