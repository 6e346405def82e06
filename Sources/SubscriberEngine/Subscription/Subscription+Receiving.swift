internal import SQS

/// Receives, and what comes back of them.
extension Subscription {
    // MARK: Sending

    /// How many messages the handlers have room for, at the pace of those that fail.
    private var capacity: Int {
        let capacity = handling.loads.capacity(at: now)
        // What is still in hand keeps no probe back.
        let limit = gate.isShut ? nil : gate.reopening?.limit
        return min(capacity, limit ?? capacity)
    }

    private var terms: Receiving.Terms {
        let loads = handling.loads
        return Receiving.Terms(
            isOpen: drain.isRunning && !settling.isChoked(capacity: loads.capacity)
                && !loads.isClogged(at: now),
            allowance: gate.allowance(at: now), capacity: capacity, usualCapacity: loads.capacity,
            handlerDuration: loads.averageDuration, visibilityTimeout: visibilityTimeout, now: now)
    }

    mutating func planReceives() {
        effects += receiving.plan(terms, &jitter)
    }

    /// Whether a message would be received now, once the handler that could not work may.
    var mayReceiveProbe: Bool { receiving.mayReceiveProbe(terms) }

    /// When a receive may become possible without another event.
    var nextReceiveAt: Instant? {
        guard drain.isRunning else { return nil }
        return receiving.nextAttempt(capacity: capacity, attemptAt: gate.attemptAt, after: now)
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
        let used = admit(deliveries, from: poll)
        if deliveries.isEmpty { gate.foundNoProbe(at: now) }
        receiving.settle(poll, used: used, at: now)
        lineUp(deliveries)
    }

    mutating func receiveFailed(_ id: PollID, _ error: SQSError) {
        guard receiving.cameBack(id, at: now) else { return }
        gate.foundNoProbe(at: now)
        if drain.isRunning { report(receiving.failed(error, at: now, &jitter)) }
    }
}
