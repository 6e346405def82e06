internal import DequeModule

/// What this daemon finished of messages that come back all the same: a handler that was done, or
/// rejected it, while another failed, a message that is done but could not be deleted.
///
/// Bounded: the oldest entry gives way. A lost entry costs a second run of a handler, which SQS
/// asks every handler to bear, never a lost message.
package struct CompletionMemory: Sendable {
    /// Room for about 5 MB of message ids and reasons at worst, and more than can fail within one
    /// visibility timeout on one host.
    package static let defaultCapacity = 10_000

    private struct Entry: Sendable {
        var completion: Completion
        let serial: UInt64
    }

    private let capacity: Int
    private var entries: [String: Entry] = [:]
    private var ages: Deque<(messageID: String, serial: UInt64)> = []
    private var serial: UInt64 = 0

    /// - Parameter known: from an earlier process, the oldest first.
    init(capacity: Int = defaultCapacity, known: [Completion] = []) {
        self.capacity = max(1, capacity)
        for completion in known { _ = remember(completion) }
    }

    /// The oldest first.
    var all: [Completion] {
        entries.values.sorted { $0.serial < $1.serial }.map(\.completion)
    }

    subscript(messageID: String) -> Completion? {
        entries.isEmpty ? nil : entries[messageID]?.completion
    }

    /// Remembers, in addition to what is known of the message. Answers what is new by it: nothing,
    /// where all was known.
    mutating func remember(_ news: Completion) -> [CompletionChange] {
        if let known = entries[news.messageID]?.completion {
            let merged = known.merged(with: news)
            guard merged != known else { return [] }
            entries[news.messageID]?.completion = merged
            return [.remembered(merged)]
        }
        serial += 1
        entries[news.messageID] = Entry(completion: news, serial: serial)
        ages.append((news.messageID, serial))
        var changes = [CompletionChange.remembered(news)]
        while entries.count > capacity {
            if let dropped = dropOldest() { changes.append(.forgotten(messageID: dropped)) }
        }
        if ages.count > 2 * capacity { dropForgottenAges() }
        return changes
    }

    /// The message is deleted: it does not come back. Nil where nothing was known of it.
    mutating func forget(_ messageID: String) -> CompletionChange? {
        guard !entries.isEmpty, entries.removeValue(forKey: messageID) != nil else { return nil }
        return .forgotten(messageID: messageID)
    }

    /// The message was rejected as a whole, and comes back all the same: its handlers may see it
    /// in another light then. Nil where none was known to have rejected it.
    mutating func forgetRejections(of messageID: String) -> CompletionChange? {
        guard var known = self[messageID], !known.rejections.isEmpty else { return nil }
        known.rejections = []
        if known.isEmpty { return forget(messageID) }
        entries[messageID]?.completion = known
        return .remembered(known)
    }

    private mutating func dropOldest() -> String? {
        guard let oldest = ages.popFirst(), entries[oldest.messageID]?.serial == oldest.serial
        else { return nil }
        entries[oldest.messageID] = nil
        return oldest.messageID
    }

    private mutating func dropForgottenAges() {
        ages = Deque(ages.filter { entries[$0.messageID]?.serial == $0.serial })
    }
}
