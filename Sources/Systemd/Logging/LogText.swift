import Logging

/// Limits on what one event may put into a log, and the way text is cut to them.
enum LogLimits {
    /// The largest message text, in bytes: an SQS body of 1 MiB must pass whole, with some words
    /// around it.
    static let messageBytes = 1_048_576 + 65_536
    /// The largest value of any other field. An attribute or a line of a handler's output is far
    /// smaller; the body is what may be large, and has the field above.
    static let valueBytes = 65_536
    /// How deep metadata may be nested before it is shown as `…`. Bounds the recursion.
    static let metadataDepth = 8
}

extension LogEvent {
    /// The message, within its limit.
    var text: String { message.description.cut(toBytes: LogLimits.messageBytes) }
}

extension String {
    /// This text if it fits, else its beginning, cut between characters of UTF-8, and a note that
    /// says how long it was. The result is never longer than `limit`, which has room for the note.
    func cut(toBytes limit: Int) -> String {
        guard utf8.count > limit else { return self }
        let note = "… (cut, \(utf8.count) bytes in all)"
        var end = utf8.index(startIndex, offsetBy: max(0, limit - note.utf8.count))
        // A byte of the form 10xxxxxx continues the character before it.
        while end > startIndex, utf8[end] & 0xC0 == 0x80 {
            end = utf8.index(before: end)
        }
        return self[..<end] + note
    }
}

extension Unicode.Scalar {
    /// Whether a terminal or a reader of lines could take it for something else than text: the
    /// control characters of ASCII and Latin-1, Unicode's own line and paragraph separators, and
    /// its format characters, of which those for the direction of writing show text in another
    /// order than it has ("Trojan Source", CVE-2021-42574) and most of the others not at all.
    ///
    /// Not the zero-width joiners, which Persian, the scripts of India and emoji are written with.
    var isControlOrFormat: Bool {
        switch value {
        case 0..<0x20, 0x7F..<0xA0, 0x2028, 0x2029: true
        case 0..<0xAD, 0x200C, 0x200D: false
        default: properties.generalCategory == .format
        }
    }
}
