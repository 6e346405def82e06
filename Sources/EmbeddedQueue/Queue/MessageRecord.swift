/// A message in a queue: what it is, and what has happened to it here.
struct MessageRecord: Sendable {
    /// Another only where it is moved to a dead-letter queue.
    var content: MessageContent
    /// The moment that its retention counts from: sent, or (FIFO) moved to this dead-letter queue.
    var enqueuedAt: StoreInstant
    var state: MessageState
    /// The receives in all queues, as `ApproximateReceiveCount` tells them.
    var receiveCount = 0
    /// The receives in this queue, which its redrive policy counts.
    var receivesHere = 0
    var firstReceivedAt: StoreInstant?
    /// The latest receive, also after it lapsed.
    var lease: MessageLease?
    var deadLetterSourceARN: String?
}

enum MessageState: Sendable, Equatable {
    case delayed(until: StoreInstant)
    case visible
    case inFlight(until: StoreInstant)

    /// When it becomes visible by itself.
    var due: StoreInstant? {
        switch self {
        case .delayed(let until), .inFlight(let until): until
        case .visible: nil
        }
    }

    var isInFlight: Bool {
        if case .inFlight = self { true } else { false }
    }
}

/// One receive of a message.
struct MessageLease: Sendable {
    let nonce: UInt64
    var receivedAt: StoreInstant
    /// Its visibility was changed since, so that the receive cannot be repeated.
    var isChanged = false
}

/// How many messages are in which state.
struct MessageCounts: Sendable {
    private(set) var visible = 0
    private(set) var inFlight = 0
    private(set) var delayed = 0

    mutating func add(_ state: MessageState, _ number: Int = 1) {
        switch state {
        case .visible: visible += number
        case .inFlight: inFlight += number
        case .delayed: delayed += number
        }
    }

    mutating func remove(_ state: MessageState) {
        add(state, -1)
    }
}
