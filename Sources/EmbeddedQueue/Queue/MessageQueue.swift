import DequeModule
import SQS

/// One queue: its messages, in which state each is, and what is due when.
///
/// Every operation is O(log n) in the messages held. Time moves in ``advance(to:)``, which must
/// come before any other call for the same instant.
struct MessageQueue: Sendable {
    let arn: String
    var properties: QueueProperties {
        didSet { journal?.hasNewProperties = true }
    }
    var waiters = Waiters()
    var deduplication = DeduplicationWindow()
    var attempts = ReceiveAttempts()
    /// What happened, where the store was told to keep it.
    var history: [QueueEvent]?
    /// What changed, where somebody writes it down.
    var journal: QueueJournal?

    private(set) var messages = MessageTable()
    private(set) var counts = MessageCounts()
    private(set) var lastSerial: UInt64 = 0
    /// Standard queues: visible messages, the longest visible first, among others that are gone.
    private var ready = Deque<UInt64>()
    /// FIFO queues: the order of delivery.
    private var groups = MessageGroups()
    /// When delayed messages and those in flight become visible.
    private var timers = TimerHeap()
    /// When messages came, for their retention.
    private var arrivals = TimerHeap()
    /// The most messages at once since memory was last given back.
    private var most = 0

    var name: String { properties.name }
    /// What every receipt handle of this queue carries.
    var tag: UInt64 { properties.tag }
    var settings: QueueSettings {
        get { properties.settings }
        set { properties.settings = newValue }
    }

    /// Messages that there is always room for: to make it anew would cost more than it is worth.
    private static let kept = 4_096

    var isFIFO: Bool { Self.isFIFO(name) }

    /// Whether a short poll is refused for the messages in flight; FIFO queues answer nothing
    /// instead.
    var isFull: Bool { !isFIFO && counts.inFlight >= StoreLimits.inFlight }

    static func isFIFO(_ name: String) -> Bool { name.hasSuffix(".fifo") }

    init(_ properties: QueueProperties, arn: String) {
        self.properties = properties
        self.arn = arn
    }

    /// When a waiter must be looked after next. Nil where nobody waits: what becomes visible then
    /// is found when somebody asks.
    mutating func nextWakeUp() -> StoreInstant? {
        guard let deadline = waiters.nextDeadline() else { return nil }
        let due = min(deadline, timers.next?.at ?? deadline)
        return isFIFO ? min(due, nextExpiry() ?? due) : due
    }

    /// When the oldest message is forgotten: in a FIFO queue that lets the rest of its group go.
    private mutating func nextExpiry() -> StoreInstant? {
        while let arrival = arrivals.next {
            if messages[arrival.key] != nil { return arrival.at + settings.retention }
            arrivals.removeNext()
        }
        return nil
    }

    /// A sequence number for the next message: 20 digits, as SQS has them, that only grow.
    var nextSequenceNumber: String {
        String(10_000_000_000_000_000_000 + lastSerial + 1)
    }

    mutating func note(_ kind: QueueEvent.Kind, _ record: MessageRecord, at now: StoreInstant) {
        history?.append(QueueEvent(kind: kind, messageID: record.content.id, at: now))
    }
}

extension MessageQueue {
    mutating func insert(_ record: MessageRecord) {
        lastSerial += 1
        journal?.noteNew(lastSerial)
        place(record, as: lastSerial)
    }

    /// Puts a message back that the queue had before it was loaded. They must come in their order.
    mutating func restore(_ record: MessageRecord, as serial: UInt64) {
        lastSerial = max(lastSerial, serial)
        place(record, as: serial)
    }

    /// The numbers of messages up to this one are not given out again.
    mutating func restore(lastSerial serial: UInt64) {
        lastSerial = max(lastSerial, serial)
    }

    private mutating func place(_ record: MessageRecord, as serial: UInt64) {
        messages.put(record, at: serial)
        most = max(most, messages.count)
        counts.add(record.state)
        arrivals.set(serial, at: record.enqueuedAt)
        arrivals.sweep(standing: messages.count) { messages[$0.key] != nil }
        if isFIFO { groups.append(serial, to: record.group) }
        if let due = record.state.due {
            timers.set(serial, at: due)
        } else {
            enqueue(serial, record)
        }
    }

    /// Makes visible what is due, and forgets what is past its retention. That a message became
    /// visible is no change to write down: when it does was known.
    mutating func advance(to now: StoreInstant) {
        while let timer = timers.next {
            let stands = messages[timer.key]?.state.due == timer.at
            guard !stands || timer.at <= now else { break }
            timers.removeNext()
            if stands { becomeVisible(timer.key, at: now) }
        }
        while let arrival = arrivals.next, arrival.at + settings.retention <= now {
            arrivals.removeNext()
            guard let record = remove(arrival.key) else { continue }
            note(.expired, record, at: now)
        }
    }

    /// Puts the message in that state, from which it becomes visible by itself when it is due.
    mutating func move(_ serial: UInt64, to state: MessageState) {
        guard let old = messages[serial]?.state else { return }
        counts.remove(old)
        counts.add(state)
        messages.set(state, of: serial)
        guard let due = state.due else { return }
        timers.set(serial, at: due)
        timers.sweep(standing: counts.inFlight + counts.delayed) {
            messages[$0.key]?.state.due == $0.at
        }
    }

    /// Writes back a record whose state is unchanged.
    mutating func update(_ serial: UInt64, _ record: MessageRecord) {
        messages.put(record, at: serial)
        journal?.noteChange(serial)
    }

    mutating func becomeVisible(_ serial: UInt64, at now: StoreInstant) {
        guard let record = messages[serial] else { return }
        move(serial, to: .visible)
        enqueue(serial, record)
        note(.visible, record, at: now)
    }

    @discardableResult
    mutating func remove(_ serial: UInt64) -> MessageRecord? {
        guard let record = messages.remove(serial) else { return nil }
        counts.remove(record.state)
        journal?.noteRemoval(serial)
        giveBackMemory()
        guard isFIFO else { return record }
        groups.remove(serial, from: record.group)
        offerIfHeadIsVisible(record.group)
        return record
    }

    /// Lets go of the room of messages that are gone, which collections keep. Copies what is left,
    /// which is less than what went since the last time.
    private mutating func giveBackMemory() {
        guard most > Self.kept, messages.count < most / 4 else { return }
        most = messages.count
        messages.giveBackMemory()
        ready = Deque(ready.filter { messages[$0]?.state == .visible })
        groups.giveBackMemory()
        timers.sweep(standing: 0) { messages[$0.key]?.state.due == $0.at }
        arrivals.sweep(standing: 0) { messages[$0.key] != nil }
    }

    mutating func removeAll(at now: StoreInstant) {
        if history != nil {
            for (_, record) in messages.all { note(.purged, record, at: now) }
        }
        messages = MessageTable()
        most = 0
        counts = MessageCounts()
        ready = []
        groups = MessageGroups()
        timers = TimerHeap()
        arrivals = TimerHeap()
        attempts = ReceiveAttempts()
        deduplication = DeduplicationWindow()
        journal?.noteEmptied()
    }

    mutating func remember(_ entry: DeduplicationWindow.Entry) {
        deduplication.remember(entry)
        journal?.note(entry)
    }

    mutating func remember(_ entry: ReceiveAttempts.Entry) {
        attempts.remember(entry)
        journal?.note(entry)
    }

    /// FIFO queues apply a new delay to the messages they hold, standard queues do not. Source:
    /// “Amazon SQS delay queues” in the developer guide.
    mutating func applyDelayToHeldMessages() {
        guard isFIFO else { return }
        for (serial, record) in messages.all {
            guard case .delayed = record.state else { continue }
            move(serial, to: .delayed(until: record.enqueuedAt + settings.delay))
            journal?.noteChange(serial)
        }
    }

    private mutating func enqueue(_ serial: UInt64, _ record: MessageRecord) {
        if isFIFO {
            offerIfHeadIsVisible(record.group)
        } else {
            ready.append(serial)
        }
    }

    private mutating func offerIfHeadIsVisible(_ group: String) {
        if let head = groups.message(of: group, at: 0), messages[head]?.state == .visible {
            groups.offer(group)
        }
    }
}

extension MessageQueue {
    /// The messages to deliver next go to `hand`, which puts them in flight or removes them, until
    /// it says that it has enough.
    mutating func deliver(_ hand: (inout MessageQueue, UInt64) -> Bool) {
        isFIFO ? deliverFromGroups(hand) : deliverFromReady(hand)
    }

    /// The message to deliver next, which stays where it is; nil where none is visible.
    mutating func next() -> (serial: UInt64, record: MessageRecord)? {
        while let serial = isFIFO
            ? groups.first.flatMap({ groups.message(of: $0, at: 0) }) : ready.first
        {
            if let record = messages[serial], record.state == .visible { return (serial, record) }
            if isFIFO { _ = groups.next() } else { ready.removeFirst() }
        }
        return nil
    }

    private mutating func deliverFromReady(_ hand: (inout MessageQueue, UInt64) -> Bool) {
        while let serial = ready.popFirst() {
            guard messages[serial]?.state == .visible else { continue }
            guard hand(&self, serial) else { return }
        }
    }

    /// Hands out as many of one group as are visible in a row, then of the next group: SQS fills an
    /// answer from as few groups as it can.
    private mutating func deliverFromGroups(_ hand: (inout MessageQueue, UInt64) -> Bool) {
        while let group = groups.next() {
            var place = 0
            while let serial = groups.message(of: group, at: place),
                messages[serial]?.state == .visible
            {
                let wantsMore = hand(&self, serial)
                if messages[serial] != nil { place += 1 }
                guard wantsMore else { return offerIfHeadIsVisible(group) }
            }
        }
    }
}

extension MessageRecord {
    /// Every message of a FIFO queue has a group.
    fileprivate var group: String { content.groupID ?? "" }
}
