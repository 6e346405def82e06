/// Messages that wait for an invocation, in the order in which they came. Those that came together
/// stay together.
struct BatchQueue {
    private struct Item {
        var messages: [(key: MessageKey, bytes: Int)]
        let arrivedAt: Duration

        var bytes: Int { messages.reduce(0) { $0 + $1.bytes } }
    }

    private let policy: BatchPolicy
    private var items: [Item] = []
    private var count = 0
    private var bytes = 0
    /// The moment from which no more messages can come before some that came are over; `nil`: they
    /// can.
    private var fullSince: Duration?

    init(_ policy: BatchPolicy) {
        self.policy = policy
    }

    var isEmpty: Bool { items.isEmpty }
    var keys: [MessageKey] { items.flatMap { $0.messages.map(\.key) } }
    /// How many invocations it takes for all that waits.
    var batches: Int {
        max(
            (count + policy.size - 1) / policy.size,
            (bytes + policy.bytes - 1) / policy.bytes)
    }

    /// When the batch that is being collected is handed over at the latest; `nil` without one.
    var dueAt: Duration? {
        items.first.map { first in
            let end = first.arrivedAt + policy.window
            // One that comes when it has long been full may be the first of many that follow those
            // which end at that moment.
            guard let fullSince else { return end }
            return min(end, max(fullSince, first.arrivedAt) + LambdaSettings.fullTime)
        }
    }

    /// Says whether more messages can come while all that came are in hand.
    mutating func note(isFull: Bool, at now: Duration) {
        fullSince = isFull ? fullSince ?? now : nil
    }

    func isDue(at now: Duration) -> Bool {
        guard let dueAt else { return false }
        return count >= policy.size || bytes >= policy.bytes || dueAt <= now
    }

    mutating func append(_ keys: [MessageKey], bytes: [Int], at now: Duration) {
        items.append(Item(messages: Array(zip(keys, bytes)), arrivedAt: now))
        count += keys.count
        self.bytes += bytes.reduce(0, +)
    }

    /// The next batch: at most as many messages and bytes as an event holds, and at least those
    /// that came together first.
    mutating func take() -> [MessageKey] {
        var taken: [MessageKey] = []
        var room = policy.bytes
        while let item = items.first {
            let isFitting =
                taken.count + item.messages.count <= policy.size && item.bytes <= room
            guard taken.isEmpty || isFitting else { break }
            taken += item.messages.map(\.key)
            room -= item.bytes
            bytes -= item.bytes
            items.removeFirst()
        }
        count -= taken.count
        return taken
    }

    /// The message, where it was waiting, with those that came together with it and after it:
    /// none of a group is handled before one that it follows.
    mutating func remove(_ key: MessageKey) -> [MessageKey] {
        for index in items.indices {
            guard let place = items[index].messages.firstIndex(where: { $0.key == key }) else {
                continue
            }
            let removed = items[index].messages[place...]
            items[index].messages.removeSubrange(place...)
            count -= removed.count
            bytes -= removed.reduce(0) { $0 + $1.bytes }
            if items[index].messages.isEmpty { items.remove(at: index) }
            return removed.map(\.key)
        }
        return []
    }

    /// All that waits, which waits no longer.
    mutating func takeAll() -> [MessageKey] {
        defer { (items, count, bytes) = ([], 0, 0) }
        return keys
    }
}

/// One message in the hands of the function: of this run of its handler.
package struct MessageKey: Hashable, Sendable {
    let value: UInt64

    package init(_ value: UInt64) {
        self.value = value
    }
}

/// How large a batch may be, and how long it may take to become so.
struct BatchPolicy {
    let size: Int
    let bytes: Int
    let window: Duration

    init(_ settings: LambdaSettings) {
        size = max(1, settings.batchSize)
        bytes = LambdaSettings.eventLimit
        window = size == 1 ? .zero : max(settings.batchWindow, LambdaSettings.gatherTime)
    }
}
