/// Messages that wait for an invocation, in the order in which they came.
struct BatchQueue {
    private struct Item {
        let key: MessageKey
        let bytes: Int
        let arrivedAt: Duration
    }

    private let policy: BatchPolicy
    private var items: [Item] = []
    private var bytes = 0
    /// The moment from which no more messages can come before some that came are over; `nil`: they
    /// can.
    private var fullSince: Duration?

    init(_ policy: BatchPolicy) {
        self.policy = policy
    }

    var isEmpty: Bool { items.isEmpty }
    var keys: [MessageKey] { items.map(\.key) }
    /// How many invocations it takes for all that waits.
    var batches: Int {
        max(
            (items.count + policy.size - 1) / policy.size,
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
        return items.count >= policy.size || bytes >= policy.bytes || dueAt <= now
    }

    mutating func append(_ key: MessageKey, bytes: Int, at now: Duration) {
        items.append(Item(key: key, bytes: bytes, arrivedAt: now))
        self.bytes += bytes
    }

    /// The next batch: at most as many messages and bytes as an event holds, and one at least.
    mutating func take() -> [MessageKey] {
        var taken: [MessageKey] = []
        var room = policy.bytes
        for item in items.prefix(policy.size) {
            guard taken.isEmpty || item.bytes <= room else { break }
            taken.append(item.key)
            room -= item.bytes
            bytes -= item.bytes
        }
        items.removeFirst(taken.count)
        return taken
    }

    /// True when the message was waiting.
    mutating func remove(_ key: MessageKey) -> Bool {
        guard let index = items.firstIndex(where: { $0.key == key }) else { return false }
        bytes -= items.remove(at: index).bytes
        return true
    }

    /// All that waits, which waits no longer.
    mutating func takeAll() -> [MessageKey] {
        defer { (items, bytes) = ([], 0) }
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
