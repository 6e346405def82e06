import MessageHandling
import SQS

/// Messages gathered for one SendMessageBatch: at most ten, at most 1 MiB in all.
/// Source: the SendMessageBatch API reference.
struct MessageBatch {
    static let maximumEntries = 10
    static let maximumBytes = 1_048_576

    private(set) var entries: [SendEntry] = []
    private var bytes = 0

    var isFull: Bool { entries.count == Self.maximumEntries }
    var isEmpty: Bool { entries.isEmpty }

    /// Whether the entry still goes into this batch.
    func hasRoom(for entry: SendEntry) -> Bool {
        !isFull && bytes + Self.size(of: entry) <= Self.maximumBytes
    }

    mutating func append(_ entry: SendEntry) {
        entries.append(entry)
        bytes += Self.size(of: entry)
    }

    /// The batch's entries; it is empty afterwards.
    mutating func take() -> [SendEntry] {
        defer { self = MessageBatch() }
        return entries
    }

    /// What the service counts: the body and every attribute's name, type and value.
    static func size(of entry: SendEntry) -> Int {
        entry.body.utf8.count + entry.attributes.size
    }
}
