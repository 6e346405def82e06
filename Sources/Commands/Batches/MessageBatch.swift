import MessageHandling
import SQS

/// Messages gathered for one SendMessageBatch: at most ten, at most 1 MiB in all.
/// Source: the SendMessageBatch API reference.
///
/// A batch for a FIFO queue has one message of each group at most: the service takes and refuses
/// entry by entry, and one that has to be sent again must not be overtaken by the next of its
/// group.
struct MessageBatch {
    static let maximumEntries = 10
    static let maximumBytes = 1_048_576

    let isOrdered: Bool
    private(set) var entries: [SendEntry] = []
    private var bytes = 0

    /// - Parameter target: where they go.
    init(for target: Queue) {
        self.init(isOrdered: target.isFIFO)
    }

    private init(isOrdered: Bool) {
        self.isOrdered = isOrdered
    }

    var isFull: Bool { entries.count == Self.maximumEntries }
    var isEmpty: Bool { entries.isEmpty }

    /// Whether the entry still goes into this batch.
    func hasRoom(for entry: SendEntry) -> Bool {
        guard !isFull, bytes + Self.size(of: entry) <= Self.maximumBytes else { return false }
        return !isOrdered || !entries.contains { $0.groupID == entry.groupID }
    }

    mutating func append(_ entry: SendEntry) {
        entries.append(entry)
        bytes += Self.size(of: entry)
    }

    /// The batch's entries; it is empty afterwards.
    mutating func take() -> [SendEntry] {
        defer { self = MessageBatch(isOrdered: isOrdered) }
        return entries
    }

    /// What the service counts: the body and every attribute's name, type and value.
    static func size(of entry: SendEntry) -> Int {
        entry.body.utf8.count + entry.attributes.size
    }
}
