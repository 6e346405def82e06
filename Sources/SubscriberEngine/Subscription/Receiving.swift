internal import SQS

/// The receives of one queue: how many are out, how large the next ones are and when they go, and
/// the messages in hand and slots that they lead to.
struct Receiving: Sendable {
    /// ReceiveMessage brings ten messages at most.
    static let size = 10
    /// A second receive beside one that waits only asks whether there is more; it is not to sit on
    /// its slots for 20 s.
    static let extraWaitTime = Duration.seconds(1)
    /// A receive that comes back empty at once, from a server that does not wait, is not repeated
    /// sooner than this.
    static let emptyPause = Duration.seconds(1)

    /// How fast messages are worked off.
    var pace = WorkPace()
    private let isFIFO: Bool
    private var waitTime = Duration.zero
    private var maximumPollers = 1
    private(set) var demand = Demand()
    private var weight: BodyWeight
    private var rate: RateLimit?
    private(set) var scaling = PollerScaling()
    private(set) var polls = Polls()
    private(set) var trouble = TroubleTracker(.receive, hasAccidents: true)
    /// When a receive last brought messages.
    private var broughtAt = Instant.start
    /// No receive before this moment: the last came back empty too soon.
    private var pause: Instant?
    /// The moment until which a receive waits to be a fuller one.
    private var gathering = Gathering()
    /// Slots to be asked of the pool in addition to those held.
    private var wish = 0

    init(_ settings: SubscriptionSettings) {
        isFIFO = settings.isFIFO
        weight = BodyWeight(limit: settings.queue.bytesInHand)
        apply(settings, at: .start)
    }

    /// New settings count for the receives from now on, and for their pace at once.
    mutating func apply(_ settings: SubscriptionSettings, at now: Instant) {
        waitTime =
            min(max(settings.queue.waitTime, .seconds(1)), QueueSettings.longestWaitTime)
            .wholeSecondsDown
        maximumPollers = settings.queue.maximumPollers
        scaling.limit(to: maximumPollers)
        weight.limit = settings.queue.bytesInHand
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

    /// Whether a message that waits may be worked on.
    func mayBegin(capacity: Int) -> Bool { demand.hasSlot && demand.leased < capacity }

    /// A message that waits gets a slot.
    mutating func begin(at now: Instant) {
        pace.began(beside: demand.leased, at: now)
        demand.seat()
    }

    /// A message in a slot waits on without it.
    mutating func rest() { demand.rest() }

    /// How many messages could be worked on if there were slots for them.
    func idle(of capacity: Int) -> Int { max(0, capacity - demand.leased) }

    /// A message goes, out of its slot where it had one.
    /// - Parameter worked: how long it was worked on, where its handlers came to an end with it.
    mutating func left(bytes: Int, hasSlot: Bool, worked: Duration?, at now: Instant) {
        if let worked { pace.ended(after: worked, of: demand.leased) }
        if hasSlot { pace.moved(at: now) }
        demand.left(hasSlot: hasSlot)
        weight.remove(bytes)
    }

    /// The slots to give back to the pool now.
    mutating func takeReturning() -> Int { demand.takeReturning() }

    /// What the pool is to be told of what is wanted, after what is returned; nil where it knows.
    ///
    /// Unless the last receive brought all it asked for, the next one may sit on its slots for a
    /// whole poll: they are few then, so that a queue that joins does not wait for that poll's end.
    mutating func want() -> Effect? {
        let isIdle = !scaling.isBacklogged && demand.waiting == 0
        return demand.want(wish) ? .wantSlots(wish, idle: isIdle) : nil
    }

    // MARK: Sending

    private func mayReceive(_ terms: ReceiveTerms) -> Bool {
        terms.isOpen && terms.visibilityTimeout != nil && !trouble.isWaiting(at: terms.now)
            && pause.map { $0 <= terms.now } ?? true
    }

    /// Whether a message would be received now, once the handler that could not work may.
    func mayReceiveProbe(_ terms: ReceiveTerms) -> Bool {
        mayReceive(terms) && polls.count == 0 && room(of: terms.capacity, terms.now) > 0
    }

    /// How many more messages may come by now, where there may be so many.
    private func room(of limit: Int, _ now: Instant) -> Int {
        let room = demandedRoom(of: limit)
        return rate.map { $0.allowance(for: room, at: now) } ?? room
    }

    /// How many more messages may come where their pace is no matter.
    private func demandedRoom(of limit: Int) -> Int {
        min(
            demand.room(of: limit),
            weight.room(asked: demand.asked, isEmpty: demand.inHand == 0))
    }

    /// How many messages the next receives may ask for together, and how many receives that are.
    private mutating func aim(_ terms: ReceiveTerms) -> (messages: Int, receives: Int) {
        guard mayReceive(terms) else { return (0, 0) }
        switch terms.allowance {
        case .none, .afterCheck, .start: return (0, 0)
        case .one:
            return polls.count == 0 ? (min(1, room(of: terms.capacity, terms.now)), 1) : (0, 0)
        case .all:
            let missing = max(0, scaling.open(at: terms.now) - polls.count)
            return (
                min(room(of: terms.capacity + terms.ahead, terms.now), Self.size * missing), missing
            )
        }
    }

    /// The receives to send now.
    mutating func plan(_ terms: ReceiveTerms, _ jitter: inout Jitter) -> [Effect] {
        var effects: [Effect] = []
        var (messages, receives) = aim(terms)
        while messages > 0, receives > 0, let timeout = terms.visibilityTimeout {
            // Without a slot nothing is worked on, and nothing can be ahead of it.
            let own = min(terms.capacity, demand.own)
            let size = min(messages, Self.size, own > 0 ? demand.room(of: own + terms.ahead) : 0)
            guard size > 0, !waits(for: messages, size, terms) else { break }
            let sent = send(size, timeout: timeout, at: terms.now, &jitter)
            effects.append(.receive(sent))
            messages -= sent.maximumMessages
            receives -= 1
        }
        if messages == 0 || receives == 0 { (messages, gathering) = (0, Gathering()) }
        if isGathering(messages, terms) { messages = 0 }
        wantSlots(for: messages, terms)
        return effects
    }

    /// Whether a receive for so many messages waits to be a fuller one.
    private mutating func waits(
        for messages: Int, _ size: Int, _ terms: ReceiveTerms
    ) -> Bool {
        let most = min(Self.size, terms.usualCapacity + terms.ahead)
        guard scaling.isBacklogged, !terms.isGateShut, size < most else { return false }
        // The workers have enough until some more have ended.
        if terms.ahead >= Self.size, demand.inHand + demand.asked > 0 { return true }
        let time = pace.time ?? .zero
        if size < min(messages, Self.size) { return gathering.waitsForSlots(terms.now, time) }
        return false
    }

    /// Whether even the slots for the next receive can wait, since more of them will be wanted.
    private mutating func isGathering(_ messages: Int, _ terms: ReceiveTerms) -> Bool {
        messages > 0 && demand.free == 0 && scaling.isBacklogged && !terms.isGateShut
            && demand.leased > 0 && messages < min(Self.size, terms.usualCapacity)
            && gathering.waitsForRoom(terms.now, pace.time ?? .zero)
    }

    /// Slots for what waits, and for what is to be received.
    private mutating func wantSlots(for messages: Int, _ terms: ReceiveTerms) {
        let idle = max(0, terms.capacity - demand.leased - demand.reserved)
        let needed = min(terms.ready + messages, idle)
        demand.keepFree(atMost: needed)
        wish = needed - demand.free
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
        let slots = demand.send(asked)
        rate?.reserve(asked, at: now)
        gathering = Gathering()
        let poll = polls.sent(
            Polls.Poll(
                sentAt: now, asked: asked, slots: slots, waitTime: time, timeout: timeout,
                attempt: attempt))
        return Receive(
            poll: poll, maximumMessages: asked, waitTime: time, visibilityTimeout: timeout,
            attemptID: attempt?.id)
    }

    /// When a receive may become possible without another event.
    /// - Parameter attemptAt: when a handler that could not work may be tried again.
    func nextAttempt(_ terms: ReceiveTerms, attemptAt: Instant?) -> Instant? {
        guard polls.count < scaling.target else { return nil }
        let room = demandedRoom(of: terms.capacity + terms.ahead)
        let ready = room > 0 ? rate?.ready(for: room) : nil
        let times = [
            trouble.retryAt, pause, attemptAt, gathering.until, ready, scaling.pauseEnd,
        ]
        return times.compactMap { $0 }.filter { $0 > terms.now }.min()
    }

    // MARK: Coming back

    /// The receive brought so many messages, while the subscription takes some.
    mutating func answered(
        _ id: PollID, count: Int, isRunning: Bool, at now: Instant
    ) -> (poll: Polls.Poll?, news: Report?) {
        let poll = polls.answered(id)
        if let poll, isRunning {
            scaling.answered(count: count, asked: poll.asked, limit: maximumPollers)
            pause = count == 0 ? poll.sentAt + Self.emptyPause : nil
            if count > 0 { broughtAt = now }
        }
        return (poll, trouble.succeeded(at: now))
    }

    /// The receive came back without an answer. Nil where it was not out.
    mutating func cameBack(_ id: PollID, at now: Instant) -> Polls.Poll? {
        guard let poll = polls.failed(id) else { return nil }
        settle(poll, used: 0, bytes: 0, at: now)
        return poll
    }

    mutating func failed(
        _ error: SQSError, of poll: Polls.Poll, at now: Instant, _ jitter: inout Jitter
    ) -> Report? {
        let (pause, news) = trouble.failed(error, sentAt: poll.sentAt, at: now, &jitter)
        if let pause { scaling.pause(until: now + pause) } else { scaling.failed() }
        return news
    }

    /// What came of a receive that was out is known: so many messages, of so many bytes, wait.
    mutating func settle(_ poll: Polls.Poll?, used: Int, bytes: Int, at now: Instant) {
        let asked = poll?.asked ?? 0
        demand.cameBack(asked: asked, reserved: poll?.slots ?? 0, with: used)
        weight.add(bytes, of: used)
        rate?.settle(reserved: asked, used: used, at: now)
    }

    /// What is under way will show whether its trouble goes on.
    mutating func forgetOldTrouble(at now: Instant) -> Report? {
        polls.count == 0 ? trouble.forgetIfOld(at: now) : nil
    }

    // MARK: Cutting

    /// The receives that are to come back now: those that are out for so long that no answer is
    /// likely to be on its way, and all where the queue is idle.
    /// - Parameter isHurried: idle and busy ones alike.
    mutating func cut(isHurried: Bool, at now: Instant) -> [PollID] {
        let due = polls.out.filter { cutMoment($1, isHurried, now) <= now }
        return polls.cut(due, at: now)
    }

    /// Receives that wait would bring back at once what is released, at the cost of a receive. One
    /// that may have its answer on the way is left, since that would be hidden for a visibility
    /// timeout: one of a busy queue, or one that was out a moment ago when another brought
    /// messages.
    mutating func cutWaiting(at now: Instant) -> [PollID] {
        guard !scaling.isBacklogged else { return [] }
        let due = polls.out.filter { _, poll in
            poll.sentAt >= broughtAt || cutMoment(poll, false, now) <= now
        }
        return polls.cut(due, at: now)
    }

    func cutMoment(_ poll: Polls.Poll, _ isHurried: Bool, _ now: Instant) -> Instant {
        scaling.isIdle || isHurried ? now : poll.sentAt + Drain.receivePatience
    }
}
