import DequeModule
import SQS

/// Queues as Amazon SQS keeps them, as one value: request and time in, answers and next wake-up
/// out.
///
/// Deterministic: the same seed and the same calls give the same answers, to the last receipt
/// handle. No clock, lock, task or network inside; whoever holds the store passes the time, which
/// is taken to stand still where it would go back. Every request gets exactly one ``StoreDelivery``
/// under its caller's id: from ``handle(_:from:at:)``, or, for a long poll, from whichever call
/// ends its wait, or none at all after ``hangUp(_:)``.
package struct QueueStore: Sendable {
    /// The account that owns all queues where no other is named, as emulators have it.
    package static let standardAccount = "000000000000"

    /// Where a queue is among the queues; good until one is created or deleted.
    typealias QueueIndex = Dictionary<String, MessageQueue>.Index

    var queues: [String: MessageQueue] = [:]
    /// When queues were deleted whose names are not free again yet.
    var deletions: [String: StoreInstant] = [:]
    var random: StoreRandom
    /// Queues whose messages a running task moves, and at what pace.
    var moving: [String: MovePace] = [:]
    private let region: String
    let account: String
    let isStrict: Bool
    private let keepsHistory: Bool
    let keepsJournal: Bool
    /// The tags of queues deleted since changes were last taken.
    var deletedTags: [UInt64] = []
    var deletionsChanged = false
    /// Queues that changed since changes were last taken.
    var changed: Set<String> = []
    private var now = StoreInstant(microseconds: 0)
    /// The queue that each waiter waits in.
    private var waiting: [CallerID: String] = [:]
    private var queuesWithWaiters: Set<String> = []
    /// Queues with waiters in which something may have become visible during this call.
    private var touched = Deque<String>()
    /// Queues that this call may have changed, where a journal is kept.
    private var used: [String] = []

    /// - Parameters:
    ///   - seed: of ids and receipt handles; two stores with one seed give the same ones.
    ///   - region: in the queues' ARNs, as the account is.
    ///   - isStrict: whether rules hold that do nothing but hinder tests: a deleted name cannot be
    ///     used for a minute, and a queue cannot be purged twice in one.
    ///   - keepsHistory: whether ``takeHistory(of:)`` has something to tell; it grows until taken.
    ///   - keepsJournal: whether ``takeChanges()`` has; the same holds for it.
    package init(
        seed: UInt64, region: String = "us-east-1", account: String = standardAccount,
        isStrict: Bool = false, keepsHistory: Bool = false,
        keepsJournal: Bool = false
    ) {
        self.account = account
        self.isStrict = isStrict
        random = StoreRandom(seed: seed)
        self.region = region
        self.keepsHistory = keepsHistory
        self.keepsJournal = keepsJournal
    }

    /// Carries out the request. The deliveries are the answer, unless it has to wait, and those to
    /// waiters that it ended the wait of.
    package mutating func handle(
        _ request: StoreRequest, from caller: CallerID, at instant: StoreInstant
    ) -> [StoreDelivery] {
        now = max(now, instant)
        progressMoves()
        var deliveries: [StoreDelivery] = []
        do {
            if case .receive(let receive, let name) = request {
                deliveries = try self.receive(receive, from: name, for: caller)
            } else {
                deliveries.append(StoreDelivery(caller, .success(try perform(request))))
            }
        } catch {
            deliveries.append(StoreDelivery(caller, .failure(error)))
        }
        if case .deleteQueue(let name) = request, queues[name] == nil {
            deliveries += endWaits(in: name, with: .failure(.noSuchQueue))
        }
        deliveries += serveTouched()
        noteChanges()
        return deliveries
    }

    /// Lets time pass: moves what tasks may move, serves waiters with what has become visible, and
    /// ends those whose time is up. To be called at ``nextWakeUp``; earlier or later does no harm.
    package mutating func advance(to instant: StoreInstant) -> [StoreDelivery] {
        now = max(now, instant)
        progressMoves()
        for name in queuesWithWaiters.sorted() { touch(name) }
        var deliveries = serveTouched()
        for name in queuesWithWaiters.sorted() {
            guard let index = queues.index(forKey: name) else { continue }
            while let deadline = queues.values[index].waiters.nextDeadline(), deadline <= now {
                let over = queues.values[index].waiters.all.filter { $0.deadline <= now }
                for waiter in over { deliveries.append(endWait(waiter.caller, with: .nothing)) }
            }
        }
        noteChanges()
        return deliveries
    }

    /// When ``advance(to:)`` must be called next; nil where nobody waits and nothing is moved. It
    /// may come out earlier than anything happens, never later.
    package mutating func nextWakeUp() -> StoreInstant? {
        var next = nextMove
        for name in queuesWithWaiters {
            guard let index = queues.index(forKey: name) else { continue }
            guard let wakeUp = queues.values[index].nextWakeUp() else { continue }
            next = min(next ?? wakeUp, wakeUp)
        }
        return next
    }

    /// Forgets a waiter whose client is gone. No message is taken for it and nothing is delivered.
    package mutating func hangUp(_ caller: CallerID) {
        _ = endWait(caller, with: .nothing)
    }

    /// Forgets every queue, and ends every wait with an empty answer. Time may begin anew. For
    /// ``takeChanges()`` it is as though there had been no queue: what was written is to be
    /// deleted.
    package mutating func reset() -> [StoreDelivery] {
        let deliveries = endAllWaits()
        queues = [:]
        deletions = [:]
        moving = [:]
        changed = []
        now = StoreInstant(microseconds: 0)
        return deliveries
    }

    /// Ends every wait with an empty answer.
    package mutating func endAllWaits() -> [StoreDelivery] {
        waiting.keys.sorted { $0.number < $1.number }.map { endWait($0, with: .nothing) }
    }
}

extension QueueStore {
    /// The instant of the call being carried out.
    var present: StoreInstant { now }

    func arn(of name: String) -> String {
        "arn:aws:sqs:\(region):\(account):\(name)"
    }

    /// The queue, with all that is due by now done.
    mutating func locate(_ name: String) throws(StoreError) -> QueueIndex {
        guard let index = queues.index(forKey: name) else { throw .noSuchQueue }
        queues.values[index].advance(to: now)
        touch(name)
        return index
    }

    /// Looks after the queue's waiters, and what changed in it, before the call ends.
    mutating func touch(_ name: String) {
        if queuesWithWaiters.contains(name) { touched.append(name) }
        if keepsJournal { used.append(name) }
    }

    private mutating func noteChanges() {
        for name in used {
            guard let index = queues.index(forKey: name) else { continue }
            if queues.values[index].hasChanges { changed.insert(name) }
        }
        used.removeAll(keepingCapacity: true)
    }

    func newQueue(named name: String, tag: UInt64) -> MessageQueue {
        var queue = MessageQueue(
            QueueProperties(name: name, tag: tag, createdAt: now), arn: arn(of: name))
        if keepsHistory { queue.history = [] }
        if keepsJournal { queue.journal = QueueJournal() }
        return queue
    }

    /// Answered now, or registered to wait. A repeated attempt takes the place of the one that
    /// still waits: that client lost its connection.
    private mutating func receive(
        _ receive: StoreReceive, from name: String, for caller: CallerID
    ) throws(StoreError) -> [StoreDelivery] {
        let index = try locate(name)
        try check(receive, in: queues.values[index])
        var deliveries: [StoreDelivery] = []
        if let lost = queues.values[index].waiters.caller(ofAttempt: receive.attemptID) {
            deliveries.append(endWait(lost, with: .nothing))
        }
        let messages = take(receive, at: index)
        let wait = receive.waitTime ?? queues.values[index].settings.receiveWait
        guard messages.isEmpty, wait > .zero else {
            if messages.isEmpty, queues.values[index].isFull {
                throw StoreError(
                    .overLimit,
                    "Too many messages in flight: \(StoreLimits.inFlight) of queue \(name).")
            }
            return deliveries + [StoreDelivery(caller, .success(.received(messages)))]
        }
        queues.values[index].waiters.add(
            Waiter(caller: caller, receive: receive, deadline: now + wait))
        waiting[caller] = name
        queuesWithWaiters.insert(name)
        return deliveries
    }

    /// Takes messages, and moves those received too often to the dead-letter queue.
    private mutating func take(
        _ receive: StoreReceive, at index: QueueIndex
    ) -> [DeliveredMessage] {
        let settings = queues.values[index].settings
        let target = settings.redrive.flatMap { queueName(ofARN: $0.deadLetterTargetARN) }
        let taken = queues.values[index].take(
            Taking(
                maximum: receive.maximumMessages,
                visibilityTimeout: receive.visibilityTimeout ?? settings.visibilityTimeout,
                attemptID: receive.attemptID,
                receiveLimit: target == nil ? nil : settings.redrive?.maxReceiveCount,
                now: now),
            &random)
        if let target, !taken.exhausted.isEmpty {
            bury(taken.exhausted, from: queues.values[index].arn, in: target)
        }
        return taken.messages
    }

    /// Puts the messages into the dead-letter queue, visible at once. A standard queue goes on
    /// counting their retention from when they were sent, a FIFO queue from now, where the
    /// message's id becomes its deduplication id. Source: “Using dead-letter queues” in the
    /// developer guide.
    private mutating func bury(_ records: [MessageRecord], from source: String, in target: String) {
        guard let index = queues.index(forKey: target) else { return }
        for var record in records {
            if queues.values[index].isFIFO {
                record.enqueuedAt = now
                record.content = MessageContent(burying: record.content)
            }
            record.state = .visible
            record.receives.endHere(from: source)
            queues.values[index].insert(record)
            queues.values[index].note(.arrivedDead, record, at: now)
        }
        touch(target)
    }
}

extension QueueStore {
    /// Serves the waiters of touched queues, first come first served, until nothing more is
    /// visible.
    private mutating func serveTouched() -> [StoreDelivery] {
        var deliveries: [StoreDelivery] = []
        while let name = touched.popFirst() {
            guard let index = queues.index(forKey: name) else { continue }
            queues.values[index].advance(to: now)
            while let waiter = queues.values[index].waiters.first() {
                let messages = take(waiter.receive, at: index)
                guard !messages.isEmpty else { break }
                deliveries.append(endWait(waiter.caller, with: .success(.received(messages))))
            }
        }
        return deliveries
    }

    private mutating func endWaits(
        in name: String, with answer: Result<StoreAnswer, StoreError>
    ) -> [StoreDelivery] {
        let callers = waiting.filter { $0.value == name }.keys.sorted { $0.number < $1.number }
        return callers.map { endWait($0, with: answer) }
    }

    private mutating func endWait(
        _ caller: CallerID, with answer: Result<StoreAnswer, StoreError>
    ) -> StoreDelivery {
        if let name = waiting.removeValue(forKey: caller) {
            let index = queues.index(forKey: name)
            if let index { queues.values[index].waiters.remove(caller) }
            if index.map({ queues.values[$0].waiters.isEmpty }) ?? true {
                queuesWithWaiters.remove(name)
            }
        }
        return StoreDelivery(caller, answer)
    }
}

extension Result where Success == StoreAnswer, Failure == StoreError {
    /// What a receive is answered that nothing came for.
    fileprivate static var nothing: Self { .success(.received([])) }
}
