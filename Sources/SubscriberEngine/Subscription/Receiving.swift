internal import SQS

/// The receives of one queue: how many are out, how large the next ones are and when they go, and
/// the slots that they and the messages from them hold.
struct Receiving: Sendable {
    /// ReceiveMessage brings ten messages at most.
    static let size = 10
    /// A second receive beside one that waits only asks whether there is more; it is not to sit on
    /// its slots for 20 s.
    static let extraWaitTime = Duration.seconds(1)
    /// A receive that comes back empty at once, from a server that does not wait, is not repeated
    /// sooner than this.
    static let emptyPause = Duration.seconds(1)

    /// What the next receives depend on besides.
    struct Terms {
        /// Whether anything may be received: the subscription runs and is not choked.
        let isOpen: Bool
        let allowance: AvailabilityGate.Allowance
        /// How many messages the handlers have work for, at the pace that they have now.
        let capacity: Int
        /// The capacity at their usual pace.
        let usualCapacity: Int
        /// How long a handler takes, about.
        let handlerDuration: Duration
        /// The lease to ask for; nil as long as it is not known.
        let visibilityTimeout: Duration?
        let now: Instant

        fileprivate var isGateShut: Bool { allowance != .all }
    }

    private let isFIFO: Bool
    private var waitTime = Duration.zero
    private var maximumPollers = 1
    private var demand = Demand()
    private var rate: RateLimit?
    private var scaling = PollerScaling()
    private var polls = Polls()
    private var trouble = TroubleTracker(.receive)
    /// No receive before this moment: the last came back empty too soon.
    private var pause: Instant?
    /// The moment until which a receive waits to be a fuller one.
    private var gathering = Gathering()
    /// Slots to be asked of the pool in addition to those held.
    private var wish = 0

    init(_ settings: SubscriptionSettings) {
        isFIFO = settings.isFIFO
        apply(settings, at: .start)
    }

    /// New settings count for the receives from now on, and for their pace at once.
    mutating func apply(_ settings: SubscriptionSettings, at now: Instant) {
        waitTime =
            min(max(settings.queue.waitTime, .seconds(1)), QueueSettings.longestWaitTime)
            .wholeSecondsDown
        maximumPollers = settings.queue.maximumPollers
        scaling.limit(to: maximumPollers)
        trouble.retryNow(at: now)
        // The slowest handler sets the pace.
        guard let lowest = settings.handlers.compactMap(\.messagesPerSecond).min() else {
            return rate = nil
        }
        if rate == nil { rate = RateLimit(perSecond: lowest, at: now) }
        rate?.change(to: lowest)
    }

    // MARK: Slots

    mutating func granted(_ count: Int) { demand.granted(count) }

    /// A message gave its slot up.
    mutating func vacated() { demand.vacated() }

    /// The slots to give back to the pool now.
    mutating func takeReturning() -> Int { demand.takeReturning() }

    /// What the pool is to be told of what is wanted, after what is returned; nil where it knows.
    ///
    /// Unless the last receive brought all it asked for, the next one may sit on its slots for a
    /// whole poll: they are few then, so that a queue that joins does not wait for that poll's end.
    mutating func want() -> Effect? {
        demand.want(wish) ? .wantSlots(wish, idle: !scaling.isBacklogged) : nil
    }

    // MARK: Sending

    private func mayReceive(_ terms: Terms) -> Bool {
        terms.isOpen && terms.visibilityTimeout != nil && !trouble.isWaiting(at: terms.now)
            && pause.map { $0 <= terms.now } ?? true
    }

    /// Whether a message would be received now, once the handler that could not work may.
    func mayReceiveProbe(_ terms: Terms) -> Bool {
        mayReceive(terms) && polls.count == 0 && pacedRoom(terms) > 0
    }

    /// How many messages the next receives may ask for together, and how many receives that are.
    private func aim(_ terms: Terms) -> (messages: Int, receives: Int) {
        guard mayReceive(terms) else { return (0, 0) }
        switch terms.allowance {
        case .none, .afterCheck, .start: return (0, 0)
        case .one: return polls.count == 0 ? (min(1, pacedRoom(terms)), 1) : (0, 0)
        case .all:
            let missing = max(0, scaling.target - polls.count)
            return (min(pacedRoom(terms), Self.size * missing), missing)
        }
    }

    /// How many more messages may come by now.
    private func pacedRoom(_ terms: Terms) -> Int {
        let room = demand.room(capacity: terms.capacity)
        return rate.map { $0.allowance(for: room, at: terms.now) } ?? room
    }

    /// The receives to send now.
    mutating func plan(_ terms: Terms, _ jitter: inout Jitter) -> [Effect] {
        var effects: [Effect] = []
        var (messages, receives) = aim(terms)
        let mayWait = scaling.isBacklogged && !terms.isGateShut
        let (now, time) = (terms.now, terms.handlerDuration)
        while messages > 0, receives > 0, demand.free > 0, let timeout = terms.visibilityTimeout {
            let whole = min(messages, Self.size)
            let size = min(whole, demand.free)
            if size < whole, mayWait, gathering.waitsForSlots(now, time) { break }
            let sent = send(size, timeout: timeout, at: now, &jitter)
            effects.append(.receive(sent))
            messages -= sent.maximumMessages
            receives -= 1
        }
        if messages == 0 || receives == 0 {
            messages = 0
            gathering = Gathering()
        } else if demand.free == 0, mayWait, demand.leased > 0,
            messages < min(Self.size, terms.usualCapacity), gathering.waitsForRoom(now, time)
        {
            messages = 0
        }
        demand.keepFree(atMost: messages)
        wish = messages - demand.free
        return effects
    }

    /// A receive for up to `size` messages.
    private mutating func send(
        _ size: Int, timeout: Duration, at now: Instant, _ jitter: inout Jitter
    ) -> Receive {
        var attempt: Polls.Attempt?
        var asked = size
        if isFIFO {
            let next = polls.nextAttempt(asking: size, at: now, &jitter)
            asked = min(size, next.asked)
            attempt = next
        }
        let time = polls.isWaiting(waitTime) ? min(waitTime, Self.extraWaitTime) : waitTime
        demand.reserve(asked)
        rate?.reserve(asked, at: now)
        gathering = Gathering()
        let poll = polls.sent(
            Polls.Poll(
                sentAt: now, asked: asked, waitTime: time, timeout: timeout, attempt: attempt))
        return Receive(
            poll: poll, maximumMessages: asked, waitTime: time, visibilityTimeout: timeout,
            attemptID: attempt?.id)
    }

    /// When a receive may become possible without another event.
    /// - Parameters:
    ///   - capacity: how many messages the handlers have work for.
    ///   - attemptAt: when a handler that could not work may be tried again.
    func nextAttempt(capacity: Int, attemptAt: Instant?, after now: Instant) -> Instant? {
        guard polls.count < scaling.target else { return nil }
        let room = demand.room(capacity: capacity)
        let pace = room > 0 ? rate?.ready(for: room) : nil
        let times = [trouble.retryAt, pause, attemptAt, gathering.until, pace]
        return times.compactMap { $0 }.filter { $0 > now }.min()
    }

    /// Whether all slots are under messages: no receive is out, nor could one go.
    var holdsAllSlots: Bool { demand.leased > 0 && demand.reserved == 0 && demand.free == 0 }

    // MARK: Coming back

    /// The receive brought so many messages, while the subscription takes some.
    mutating func answered(
        _ id: PollID, count: Int, isRunning: Bool, at now: Instant
    ) -> (poll: Polls.Poll?, news: Report?) {
        let poll = polls.answered(id)
        if let poll, isRunning {
            scaling.answered(count: count, asked: poll.asked, limit: maximumPollers)
            pause = count == 0 ? poll.sentAt + Self.emptyPause : nil
        }
        return (poll, trouble.succeeded(at: now))
    }

    /// The receive came back without an answer. False where it was not out.
    mutating func cameBack(_ id: PollID, at now: Instant) -> Bool {
        guard let poll = polls.failed(id) else { return false }
        settle(poll, used: 0, at: now)
        return true
    }

    mutating func failed(_ error: SQSError, at now: Instant, _ jitter: inout Jitter) -> Report? {
        scaling.failed()
        return trouble.failed(error, at: now, &jitter)
    }

    /// What a receive had reserved is used, or free again.
    mutating func settle(_ poll: Polls.Poll?, used: Int, at now: Instant) {
        let asked = poll?.asked ?? 0
        demand.settled(reserved: asked, used: used)
        rate?.settle(reserved: asked, used: used, at: now)
    }

    /// What is under way will show whether its trouble goes on.
    mutating func forgetOldTrouble(at now: Instant) -> Report? {
        polls.count == 0 ? trouble.forgetIfOld(at: now) : nil
    }

    // MARK: Cutting

    /// The receives that are to come back now: those that are out for so long that no answer is
    /// likely to be on its way, or all.
    /// - Parameter isHurried: idle and busy ones alike.
    mutating func cut(isHurried: Bool, atOnce: Bool = false, at now: Instant) -> [PollID] {
        let due = polls.out
            .filter { _, poll in
                poll.cutAt == nil && (atOnce || cutMoment(poll, isHurried, now) <= now)
            }
            .keys.sorted { $0.value < $1.value }
        for id in due { polls.cut(id, at: now) }
        return due
    }

    /// Receives that wait would bring back at once what is released, at the cost of a receive. One
    /// of a busy queue has its answer on the way, which would be hidden for a visibility timeout.
    mutating func cutWaiting(at now: Instant) -> [PollID] {
        scaling.isBacklogged ? [] : cut(isHurried: false, atOnce: true, at: now)
    }

    private func cutMoment(_ poll: Polls.Poll, _ isHurried: Bool, _ now: Instant) -> Instant {
        scaling.isIdle || isHurried ? now : poll.sentAt + Drain.receivePatience
    }

    /// When receives have to be cut, or given up, next.
    func nextCut(isHurried: Bool, after now: Instant) -> Instant? {
        polls.out.values.map { poll in
            poll.cutAt.map { $0 + Drain.answerPatience } ?? cutMoment(poll, isHurried, now)
        }.filter { $0 > now }.min()
    }

    /// Whether no answer is worth waiting for any more.
    func isOver(at now: Instant) -> Bool {
        polls.out.values.allSatisfy { poll in
            poll.cutAt.map { now - $0 >= Drain.answerPatience } ?? false
        }
    }

    // MARK: Seen from outside

    /// Receives that are out.
    var out: Int { polls.count }
    /// Messages that wait or run, each in a slot.
    var leased: Int { demand.leased }
    var slotsHeld: Int { demand.held }
    var slotsWanted: Int { demand.wanted }
    var currentTrouble: Trouble? { trouble.current }
}
