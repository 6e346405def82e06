/// All decisions about one queue: when to receive and how much, what runs, what is renewed,
/// deleted, released, and how it ends.
///
/// A value: what goes in are events and the time, what comes out are effects. The same seed and the
/// same events give the same effects, always. It holds no message's content, reads no clock and
/// touches nothing; ``SubscriptionDriver`` carries the effects out, and a simulation can as well.
///
/// ```swift
/// let effects = subscription.handle(.timePassed, at: now)   // the first event starts it
/// ```
package struct Subscription: Sendable {
    /// The lease that is asked for when the queue's own timeout may not be read: SQS's default.
    package static let assumedVisibilityTimeout = Duration.seconds(30)
    /// The shortest lease asked for: half of it must be enough for a renewal and its answer.
    package static let shortestVisibilityTimeout = Duration.seconds(2)

    private(set) var settings: SubscriptionSettings
    private(set) var now = Instant.start
    var jitter: Jitter
    var effects: [Effect] = []
    var receiving: Receiving
    var handling: Handling
    var leasing = Leasing()
    var settling: Settling
    var drain = Drain()
    var gate = AvailabilityGate()
    var attributes = AttributeRefresh()

    private var lastBatch: UInt64 = 0
    private var armedFor: Instant?

    /// - Parameters:
    ///   - attributes: the queue's attributes, where they are known already.
    ///   - completions: what an earlier process kept by ``Effect/keep(_:)``, the oldest first.
    ///   - seed: of all randomness: jitter and attempt ids. Different for each process, or hosts
    ///     back off in step.
    package init(
        settings: SubscriptionSettings, attributes: QueueAttributes? = nil,
        completions: [Completion] = [], seed: UInt64
    ) {
        self.settings = settings
        self.jitter = Jitter(seed: seed)
        self.receiving = Receiving(settings)
        self.handling = Handling(settings)
        self.settling = Settling(known: completions)
        self.attributes = AttributeRefresh(known: attributes)
    }

    /// Takes in what happened and says what is to be done about it.
    ///
    /// Time never goes back: an earlier `time` counts as the latest one seen. After
    /// ``Effect/finished`` nothing comes out any more.
    package mutating func handle(_ event: Event, at time: Instant) -> [Effect] {
        handle(CollectionOfOne(event), at: time)
    }

    /// Takes in several things that happened by the same moment, in their order. What follows from
    /// them together is worked out once.
    package mutating func handle(
        _ events: some Collection<Event>, at time: Instant
    ) -> [Effect] {
        guard !drain.isFinished, !events.isEmpty else { return [] }
        now = max(now, time)
        // What handlers did came before: a lease that is given up now takes no result back.
        let results = events.prefix(while: \.isResult)
        for event in results { apply(event) }
        examineLeases()
        for event in events.dropFirst(results.count) { apply(event) }
        settle()
        defer { effects = [] }
        return effects
    }

    private mutating func apply(_ event: Event) {
        switch event {
        case .slotsGranted(let count): receiving.granted(count)
        case .received(let poll, let deliveries): received(poll, deliveries)
        case .receiveFailed(let poll, let error): receiveFailed(poll, error)
        case .receiveCancelled(let poll): _ = receiving.cameBack(poll, at: now)
        case .handlerFinished(let lease, let handler, let result, let detail):
            handlerFinished(lease, handler, result, detail)
        case .handlerChecked(let handler, let reason): handlerChecked(handler, reason)
        case .deleteAnswered(let batch, let failed): deleteAnswered(batch, failed)
        case .deleteCallFailed(let batch, let error): deleteCallFailed(batch, error)
        case .visibilityAnswered(let batch, let failed): visibilityAnswered(batch, failed)
        case .visibilityCallFailed(let batch, let error): visibilityCallFailed(batch, error)
        case .deadLetterAnswered(let lease, let error): deadLetterAnswered(lease, error)
        case .attributesRead(let attributes): attributesRead(attributes)
        case .attributesFailed(let error): attributesFailed(error)
        case .timePassed: break
        case .settingsChanged(let changed):
            settings = changed
            settingsChanged()
        case .stop(let graceUntil): stop(graceUntil: graceUntil)
        case .stopNow: stopNow()
        case .resume: resume()
        }
    }

    /// What follows from the new state, whatever the event was.
    private mutating func settle() {
        examineLeases()
        advanceDrain()
        tendGate()
        tendPace()
        beginWaiting()
        releaseEarly()
        flushDeletes()
        flushVisibility()
        readAttributes()
        planReceives()
        let returning = receiving.takeReturning()
        if returning > 0 { effects.append(.returnSlots(returning)) }
        if let want = receiving.want() { effects.append(want) }
        forgetOldTroubles()
        finishDrain()
        if !drain.isFinished { arm() }
    }

    /// Says when to be woken, unless that was said before.
    private mutating func arm() {
        var next = earliest(settling.nextDue, leasing.nextDue())
        next = earliest(next, drain.isRunning ? nextReceiveAt : drain.deadline)
        next = earliest(next, drain.isRunning ? nextStart : nextCut)
        next = earliest(next, drain.isRunning ? nextEarlyRelease : nil)
        next = earliest(next, drain.isRunning ? attributes.due : nil)
        guard let next else { return }
        if let armedFor, armedFor > now, armedFor <= next { return }
        armedFor = next
        effects.append(.wake(at: next))
    }

    /// What is under way, or waits for its turn, will show whether its trouble goes on.
    private mutating func forgetOldTroubles() {
        report(receiving.forgetOldTrouble(at: now))
        report(attributes.forgetOldTrouble(at: now))
        for news in settling.forgetOldTroubles(at: now) { report(news) }
        if settling.unconfirmed == 0 { report(leasing.forgetOldTrouble(at: now)) }
    }

    mutating func report(_ report: Report?) {
        if let report { effects.append(.report(report)) }
    }

    /// What the next call is told apart by.
    var batch: BatchID { BatchID(lastBatch + 1) }

    /// The call goes out.
    mutating func takeBatch() -> BatchID {
        defer { lastBatch += 1 }
        return batch
    }

    /// The lease that a receive asks for; nil as long as it is not known.
    var visibilityTimeout: Duration? {
        guard let timeout = settings.queue.visibilityTimeout ?? attributes.visibilityTimeout else {
            return nil
        }
        let whole = timeout.wholeSecondsUp
        return min(max(whole, Self.shortestVisibilityTimeout), LeaseBook.ceiling)
    }
}
