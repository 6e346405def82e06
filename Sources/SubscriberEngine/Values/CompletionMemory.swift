internal import DequeModule

/// What this daemon finished of messages that come back all the same: a handler that was done while
/// another failed, a message that is done but could not be deleted.
///
/// Bounded: the oldest entry gives way. A lost entry costs a second run of a handler, which SQS
/// asks every handler to bear, never a lost message.
struct CompletionMemory: Sendable {
    /// About 2 MB of message ids at worst, and more than can fail within one visibility timeout on
    /// one host.
    static let defaultCapacity = 10_000

    struct Completion: Sendable, Equatable {
        var handlers: [HandlerID]
        /// Every handler that was asked is done (or a dead-letter queue took the message): only the
        /// delete is missing.
        var isDeletable: Bool
        fileprivate var serial: UInt64
    }

    private let capacity: Int
    private var completions: [String: Completion] = [:]
    private var ages: Deque<(messageID: String, serial: UInt64)> = []
    private var serial: UInt64 = 0

    init(capacity: Int = defaultCapacity) {
        self.capacity = max(1, capacity)
    }

    var count: Int { completions.count }

    subscript(messageID: String) -> Completion? {
        completions.isEmpty ? nil : completions[messageID]
    }

    /// Remembers, in addition to what is known of the message.
    mutating func remember(_ messageID: String, handlers: [HandlerID], isDeletable: Bool) {
        if var known = completions[messageID] {
            for handler in handlers where !known.handlers.contains(handler) {
                known.handlers.append(handler)
            }
            known.isDeletable = known.isDeletable || isDeletable
            completions[messageID] = known
            return
        }
        serial += 1
        completions[messageID] = Completion(
            handlers: handlers, isDeletable: isDeletable, serial: serial)
        ages.append((messageID, serial))
        while completions.count > capacity { dropOldest() }
        if ages.count > 2 * capacity { dropForgottenAges() }
    }

    /// The message is deleted: it does not come back.
    mutating func forget(_ messageID: String) {
        guard !completions.isEmpty else { return }
        completions[messageID] = nil
    }

    private mutating func dropOldest() {
        guard let oldest = ages.popFirst() else { return }
        if completions[oldest.messageID]?.serial == oldest.serial {
            completions[oldest.messageID] = nil
        }
    }

    private mutating func dropForgottenAges() {
        ages = Deque(ages.filter { completions[$0.messageID]?.serial == $0.serial })
    }
}
