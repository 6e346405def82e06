internal import SQS

/// Receives, and what comes back of them.
extension Subscription {
    // MARK: Sending

    /// How many messages may be in hand while nothing is in the way.
    var mostInHand: Int { handling.loads.capacity + receiving.pace.usualAhead }

    /// How many messages in hand make a handler that could not start one like any other. The pace
    /// is only about known, and a receive more does not matter.
    var mostReopened: Int { mostInHand + Receiving.size }

    /// How many messages may be in hand after a time in which a handler could not start. What is
    /// still in hand keeps no probe back.
    private var reopened: Int { gate.isShut ? .max : gate.reopening?.limit ?? .max }

    /// How many messages the handlers have room for, at the pace of those that fail.
    var capacity: Int { min(handling.loads.capacity(at: now), reopened) }

    private var terms: ReceiveTerms {
        let loads = handling.loads
        let capacity = capacity
        let mayBeAhead = !loads.areProbed && !gate.isShut
        let most = min(reopened - capacity, loads.areFailing ? Self.aheadOfFailures : .max)
        let ahead = mayBeAhead ? min(receiving.pace.ahead(at: now), most) : 0
        return ReceiveTerms(
            isOpen: drain.isRunning
                && !settling.isChoked(
                    capacity: loads.capacity, ahead: receiving.pace.usualAhead)
                && !loads.isClogged(at: now),
            allowance: gate.allowance(at: now), capacity: capacity, usualCapacity: loads.capacity,
            ahead: ahead, ready: handling.ready.count + handling.ready.fellows,
            visibilityTimeout: visibilityTimeout, now: now)
    }

    /// What is given back when a handler is slowed down has lost a receive: that is little then.
    private static let aheadOfFailures = 2 * Receiving.size

    mutating func planReceives() {
        effects += receiving.plan(terms, &jitter)
    }

    /// Whether a message would be received now, once the handler that could not work may.
    var mayReceiveProbe: Bool { receiving.mayReceiveProbe(terms) }

    /// When a receive may become possible without another event.
    var nextReceiveAt: Instant? {
        drain.isRunning ? receiving.nextAttempt(terms, attemptAt: gate.attemptAt) : nil
    }

    /// When a handler may be tried again, or start more, without a receive.
    var nextStart: Instant? {
        earliest(gate.nextDue, handling.loads.nextChange(after: now)).map { max($0, now) }
    }

    /// Whether no more messages can come before some that came are over: no receive is out, and
    /// what keeps the next one back is no time that passes, but the room of the handlers or the
    /// slots of the daemon.
    package var isFull: Bool {
        drain.isRunning && receiving.holdsAllSlots && nextReceiveAt == nil
    }

    // MARK: Coming back

    mutating func received(_ id: PollID, _ deliveries: [Delivery]) {
        let (poll, news) = receiving.answered(
            id, count: deliveries.count, isRunning: drain.isRunning, at: now)
        report(news)
        let (used, bytes) = admit(deliveries, from: poll)
        if deliveries.isEmpty { gate.foundNoProbe(at: now) }
        receiving.settle(poll, used: used, bytes: bytes, at: now)
        lineUp(deliveries)
    }

    mutating func receiveFailed(_ id: PollID, _ error: SQSError) {
        guard let poll = receiving.cameBack(id, at: now) else { return }
        gate.foundNoProbe(at: now)
        if drain.isRunning { report(receiving.failed(error, of: poll, at: now, &jitter)) }
    }

    // MARK: Messages that wait for a slot

    /// Messages are worked on for which there is a slot now.
    mutating func beginWaiting() {
        guard drain.isRunning else { return }
        let capacity = capacity
        while receiving.mayBegin(capacity: capacity), let id = handling.ready.takeFirst() {
            guard let lease = leasing[id], lease.isReady else { continue }
            leasing[id]?.isReady = false
            handling.ready.left(fellows: lease.fellows)
            leasing[id]?.slotSince = now
            receiving.begin(at: now)
            start(id)
        }
    }

    /// What is left of the message cannot start for now: it waits without a slot.
    mutating func restWithoutSlot(_ id: LeaseID) {
        guard let lease = leasing[id], lease.slotSince != nil, !lease.isRunning,
            lease.runs.contains(where: { $0.state == .held }),
            !lease.runs.contains(where: { $0.state == .waiting })
        else { return }
        leasing[id]?.slotSince = nil
        leasing[id]?.wasKept = true
        receiving.rest()
    }

    /// Messages that would wait much longer than was expected are for other hosts: the latest
    /// first.
    mutating func releaseEarly() {
        guard handling.ready.count > 0, drain.isRunning else { return }
        let limit = mostReady
        var released = 0
        while handling.ready.count > limit, let id = handling.ready.takeLast() {
            guard let lease = leasing[id], lease.isReady else { continue }
            // One that the gate kept is ahead of the others, and has a time of its own.
            guard !lease.wasKept else {
                handling.ready.putBack(id)
                break
            }
            released += 1
            giveBack(id)
        }
        guard released > 0 else { return }
        report(.released(released, .early))
        cancel(receiving.cutWaiting(at: now))
    }

    /// How many messages may wait for a slot.
    private var mostReady: Int {
        guard !handling.loads.areProbed else { return Self.keptForSlowHandlers }
        return receiving.pace.waiting(
            since: handling.ready.since, room: receiving.idle(of: capacity),
            lease: visibilityTimeout ?? Self.assumedVisibilityTimeout, at: now)
    }

    /// What one receive brings has paid for it, and is handled within some seconds.
    private static let keptForSlowHandlers = Receiving.size

    /// When messages that wait for a slot have to be looked at without another event.
    var nextEarlyRelease: Instant? {
        guard handling.ready.count > 0 else { return nil }
        let lease = visibilityTimeout ?? Self.assumedVisibilityTimeout
        let change = receiving.pace.nextChange(since: handling.ready.since, lease: lease)
        return change > now ? change : nil
    }
}
