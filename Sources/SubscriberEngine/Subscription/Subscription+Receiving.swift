internal import SQS

/// Receives: how many, how large, when, and what comes back.
extension Subscription {
    /// ReceiveMessage brings ten messages at most.
    static let receiveSize = 10
    /// A second receive beside one that waits only asks whether there is more; it is not to sit on
    /// its slots for 20 s.
    static let extraWaitTime = Duration.seconds(1)
    /// A receive that comes back empty at once, from a server that does not wait, is not repeated
    /// sooner than this.
    static let emptyPause = Duration.seconds(1)
    /// How many messages may wait for SQS to confirm their end, as a multiple of the capacity and
    /// at least: beyond it nothing is received. They are metadata only, a few hundred bytes each.
    static let unconfirmedPart = 4
    static let unconfirmedMinimum = 100

    // MARK: Sending

    private var mayReceive: Bool {
        drain.isRunning && visibilityTimeout != nil && unconfirmed < unconfirmedLimit
            && !troubles.receive.isWaiting(at: now) && receivePause.map({ $0 <= now }) ?? true
            && !handlers.isClogged(at: now)
    }

    /// How many messages the next receives may ask for together, and how many receives that are.
    private var aim: (messages: Int, receives: Int) {
        guard mayReceive else { return (0, 0) }
        let room = pacedRoom
        switch gate.allowance(at: now) {
        case .none, .afterCheck, .start: return (0, 0)
        case .one: return polls.count == 0 ? (min(1, room), 1) : (0, 0)
        case .all:
            let missing = max(0, scaling.target - polls.count)
            return (min(room, Self.receiveSize * missing), missing)
        }
    }

    /// How many more messages the handlers have room for, at the pace of those that fail.
    private var room: Int {
        let capacity = handlers.capacity(at: now)
        // What is still in hand keeps no probe back.
        let limit = gate.isShut ? nil : gate.reopening?.limit
        return demand.room(capacity: min(capacity, limit ?? capacity))
    }

    /// How many of these may come by now.
    private var pacedRoom: Int {
        let room = room
        return rate.map { $0.allowance(for: room, at: now) } ?? room
    }

    private var unconfirmedLimit: Int {
        max(Self.unconfirmedMinimum, Self.unconfirmedPart * handlers.capacity)
    }

    /// Whether a message would be received now, once the handler that could not work may.
    var mayReceiveProbe: Bool { mayReceive && polls.count == 0 && pacedRoom > 0 }

    /// When a handler may be tried again, or start more, without a receive.
    var nextStart: Instant? {
        earliest(gate.nextDue, handlers.nextChange(after: now)).map { max($0, now) }
    }

    mutating func planReceives() {
        var (messages, receives) = aim
        let mayWait = scaling.isBacklogged && !gate.isShut
        let time = handlers.averageDuration
        while messages > 0, receives > 0, demand.free > 0 {
            let whole = min(messages, Self.receiveSize)
            let size = min(whole, demand.free)
            if size < whole, mayWait, gathering.waitsForSlots(now, time) { break }
            let sent = send(size)
            messages -= sent
            receives -= 1
        }
        if messages == 0 || receives == 0 {
            messages = 0
            gathering = Gathering()
        } else if demand.free == 0, mayWait, demand.leased > 0,
            messages < min(Self.receiveSize, handlers.capacity), gathering.waitsForRoom(now, time)
        {
            messages = 0
        }
        demand.keepFree(atMost: messages)
        wish = messages - demand.free
    }

    /// Tells the pool what is wanted, after what is returned. Unless the last receive brought all
    /// it asked for, the next one may sit on its slots for a whole poll: they are few then, so that
    /// a queue that joins does not wait for that poll's end.
    mutating func wantSlots() {
        if demand.want(wish) { effects.append(.wantSlots(wish, idle: !scaling.isBacklogged)) }
    }

    /// Sends a receive for up to `size` messages; answers for how many.
    private mutating func send(_ size: Int) -> Int {
        guard let timeout = visibilityTimeout else { return 0 }
        var attempt: Polls.Attempt?
        var asked = size
        if settings.isFIFO {
            let next = polls.nextAttempt(asking: size, at: now, &jitter)
            asked = min(size, next.asked)
            attempt = next
        }
        let longest = min(max(settings.queue.waitTime, .seconds(1)), QueueSettings.longestWaitTime)
            .wholeSecondsDown
        let waitTime = polls.isWaiting(longest) ? min(longest, Self.extraWaitTime) : longest
        demand.reserve(asked)
        rate?.reserve(asked, at: now)
        gathering = Gathering()
        let poll = polls.sent(
            Polls.Poll(
                sentAt: now, asked: asked, waitTime: waitTime, timeout: timeout, attempt: attempt))
        effects.append(
            .receive(
                Receive(
                    poll: poll, maximumMessages: asked, waitTime: waitTime,
                    visibilityTimeout: timeout, attemptID: attempt?.id)))
        return asked
    }

    /// When a receive may become possible without another event.
    var nextReceiveAt: Instant? {
        guard drain.isRunning, polls.count < scaling.target else { return nil }
        let pace = room > 0 ? rate?.ready(for: room) : nil
        let times = [troubles.receive.retryAt, receivePause, gate.attemptAt, gathering.until, pace]
        return times.compactMap { $0 }.filter { $0 > now }.min()
    }

    /// Whether no more messages can come before some that came are over: no receive is out, and
    /// what keeps the next one back is no time that passes, but the room of the handlers or the
    /// slots of the daemon.
    package var isFull: Bool {
        drain.isRunning && demand.leased > 0 && demand.reserved == 0 && demand.free == 0
            && nextReceiveAt == nil
    }

    // MARK: Coming back

    mutating func received(_ id: PollID, _ deliveries: [Delivery]) {
        report(troubles.receive.succeeded(at: now))
        let poll = polls.answered(id)
        let asked = poll?.asked ?? 0
        if let poll, drain.isRunning {
            scaling.answered(
                count: deliveries.count, asked: asked, limit: settings.queue.maximumPollers)
            receivePause = deliveries.isEmpty ? poll.sentAt + Self.emptyPause : nil
        }
        let used = admit(deliveries, from: poll)
        if deliveries.isEmpty { gate.foundNoProbe(at: now) }
        settle(poll, used: used)
        lineUp(deliveries)
    }

    mutating func receiveFailed(_ id: PollID, _ error: SQSError) {
        guard let poll = polls.failed(id) else { return }
        settle(poll, used: 0)
        gate.foundNoProbe(at: now)
        guard drain.isRunning else { return }
        scaling.failed()
        report(troubles.receive.failed(error, at: now, &jitter))
    }

    mutating func receiveCancelled(_ id: PollID) {
        guard let poll = polls.failed(id) else { return }
        settle(poll, used: 0)
    }

    /// What a receive had reserved is used, or free again.
    private mutating func settle(_ poll: Polls.Poll?, used: Int) {
        let asked = poll?.asked ?? 0
        demand.settled(reserved: asked, used: used)
        rate?.settle(reserved: asked, used: used, at: now)
    }
}
