/// The messages that SQS said are deleted a short time ago: SQS may deliver such a message once
/// more, from a copy that missed the delete or by a receive that was under way.
///
/// A table with one place for each id, where a later id takes the place of an earlier one: no
/// search, no allocation, and no id is ever taken for another. On the way of every message, so it
/// costs 0.1 µs. Apart from ``CompletionMemory``, whose few entries are worth more than these many.
struct RecentDeletes: Sendable {
    /// Places; with ids of 36 characters a full table takes about 1 MB.
    static let capacity = 8_192
    /// Late copies come within seconds. Soon the id must count for nothing again: a message that
    /// someone moves back from a dead-letter queue may keep its id, and has to run.
    static let retention = Duration.seconds(120)

    private struct Entry {
        let messageID: String
        let until: Instant
    }

    /// Empty until there is something to note: an idle queue is to cost nothing.
    private var entries: [Entry?] = []

    mutating func note(_ messageID: String, at now: Instant) {
        if entries.isEmpty { entries = Array(repeating: nil, count: Self.capacity) }
        entries[Self.place(of: messageID)] = Entry(
            messageID: messageID, until: now + Self.retention)
    }

    func contains(_ messageID: String, at now: Instant) -> Bool {
        guard !entries.isEmpty, let entry = entries[Self.place(of: messageID)] else { return false }
        return now < entry.until && entry.messageID == messageID
    }

    /// The place that the end of the id gives, which is random in SQS's; the multiplier is 2⁶⁴
    /// divided by the golden ratio (Knuth, The Art of Computer Programming 3, 6.4). Swift's own
    /// hashes differ from one process to the next, and the engine does not.
    private static func place(of messageID: String) -> Int {
        var end: UInt64 = 0
        for byte in messageID.utf8.suffix(8) { end = end &* 31 &+ UInt64(byte) }
        return Int((end &* 0x9E37_79B9_7F4A_7C15) >> (64 - UInt64(capacity.trailingZeroBitCount)))
    }
}
