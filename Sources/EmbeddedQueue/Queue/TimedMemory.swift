import DequeModule

/// What is remembered by key until its time is over, such as the ids of messages that were sent.
///
/// Looking something up and remembering it are O(1). Times may come in any order: each entry is
/// forgotten in its own.
struct TimedMemory<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    struct Entry: Sendable {
        let key: Key
        let value: Value
        /// When it is forgotten.
        let until: StoreInstant
    }

    /// Entries that there is always room for: to make it anew would cost more than it is worth.
    private static var kept: Int { 4_096 }

    private var entries: [Key: Entry] = [:]
    /// The keys in the order in which they came, also those that came again since.
    private var order = Deque<(until: StoreInstant, key: Key)>()

    /// What is remembered of the key; nil where there is nothing.
    mutating func value(of key: Key, at now: StoreInstant) -> Value? {
        forget(before: now)
        guard let entry = entries[key], entry.until > now else { return nil }
        return entry.value
    }

    mutating func remember(_ entry: Entry) {
        entries[entry.key] = entry
        order.append((entry.until, entry.key))
    }

    private mutating func forget(before now: StoreInstant) {
        while let oldest = order.first, oldest.until <= now {
            // The key may stand for a later entry by now.
            if entries[oldest.key]?.until == oldest.until { entries[oldest.key] = nil }
            order.removeFirst()
        }
        // A dictionary keeps the room of what is gone.
        if order.isEmpty, entries.capacity > Self.kept { self = TimedMemory() }
    }
}
