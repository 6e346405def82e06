/// A message in a queue: what it is, and what has happened to it here.
struct MessageRecord: Sendable {
    /// Another only where it is moved to a dead-letter queue.
    var content: MessageContent
    /// The moment that its retention counts from: sent, or (FIFO) moved to this dead-letter queue.
    var enqueuedAt: StoreInstant
    var state: MessageState
    /// Nil where there is nothing to tell, as of most messages of a long queue: in the record it
    /// would be the most of it.
    private var box: Box?

    private final class Box: Sendable {
        let receives: MessageReceives

        init(_ receives: MessageReceives) {
            self.receives = receives
        }
    }

    init(content: MessageContent, enqueuedAt: StoreInstant, state: MessageState) {
        self.content = content
        self.enqueuedAt = enqueuedAt
        self.state = state
    }

    /// What became of it by being received. To be set as a whole: each change makes a copy.
    var receives: MessageReceives {
        get { box?.receives ?? MessageReceives() }
        set { box = Box(newValue) }
    }
}

/// What became of a message by being received.
struct MessageReceives: Sendable, Equatable {
    /// Those in all queues, as `ApproximateReceiveCount` tells them.
    var count = 0
    /// Those in this queue, which its redrive policy counts.
    var countHere = 0
    var firstAt: StoreInstant?
    /// The latest, also after it lapsed.
    var lease: MessageLease?
    /// The queue that gave it up after too many.
    var deadLetterSourceARN: String?

    mutating func add(_ lease: MessageLease) {
        count += 1
        countHere += 1
        firstAt = firstAt ?? lease.receivedAt
        self.lease = lease
    }

    mutating func endHere(from source: String) {
        countHere = 0
        lease = nil
        deadLetterSourceARN = source
    }
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
struct MessageLease: Sendable, Equatable {
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
