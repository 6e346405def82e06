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

    var settings: SubscriptionSettings
    var jitter: Jitter
    var now = Instant.start
    var effects: [Effect] = []
    var handlers: HandlerLoads
    var book = LeaseBook()
    var order = GroupOrder()
    var memory: CompletionMemory
    var recentDeletes = RecentDeletes()
    var deletes = DeleteBatch()
    var visibility = VisibilitySchedule()
    var demand = Demand()
    var rate: RateLimit?
    var scaling = PollerScaling()
    var polls = Polls()
    var gate = AvailabilityGate()
    var stalls = GroupStalls()
    var drain = Drain()
    var endings = EndingLedger()
    var attributes = AttributeRefresh()
    var unmatched = UnmatchedNotice()
    var troubles = Troubles()

    /// Runs that count for their message, and runs that were given up.
    var liveRuns = 0
    var abandonedRuns = 0
    /// Leases that only wait for SQS.
    var unconfirmed = 0
    var deadLetters = 0
    /// Slots to be asked of the pool in addition to those held.
    var wish = 0
    /// Messages that were released, and SQS has not confirmed it, by message id.
    var unreturned: [String: LeaseID] = [:]
    /// No receive before this moment: the last came back empty too soon.
    var receivePause: Instant?
    /// Until when a receive waits to be a fuller one.
    var gathering = Gathering()
    var lastBatch: UInt64 = 0
    var armedFor: Instant?

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
        self.handlers = HandlerLoads(settings.handlers)
        self.attributes = AttributeRefresh(known: attributes)
        self.memory = CompletionMemory(known: completions)
        limitRate()
    }

    /// Takes in what happened and says what is to be done about it.
    ///
    /// Time never goes back: an earlier `time` counts as the latest one seen. After
    /// ``Effect/finished`` nothing comes out any more.
    package mutating func handle(_ event: Event, at time: Instant) -> [Effect] {
        guard !drain.isFinished else { return [] }
        now = max(now, time)
        examineLeases()
        apply(event)
        settle()
        defer { effects = [] }
        return effects
    }

    private mutating func apply(_ event: Event) {
        switch event {
        case .slotsGranted(let count): demand.granted(count)
        case .received(let poll, let deliveries): received(poll, deliveries)
        case .receiveFailed(let poll, let error): receiveFailed(poll, error)
        case .receiveCancelled(let poll): receiveCancelled(poll)
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
        case .settingsChanged(let settings): settingsChanged(settings)
        case .stop(let graceUntil): stop(graceUntil: graceUntil)
        case .stopNow: stopNow()
        }
    }

    /// What follows from the new state, whatever the event was.
    private mutating func settle() {
        examineLeases()
        advanceDrain()
        tendGate()
        tendPace()
        flushDeletes()
        flushVisibility()
        readAttributes()
        planReceives()
        let returning = demand.takeReturning()
        if returning > 0 { effects.append(.returnSlots(returning)) }
        wantSlots()
        forgetOldTroubles()
        finishDrain()
        if !drain.isFinished { arm() }
    }

    /// Says when to be woken, unless that was said before.
    private mutating func arm() {
        var next = earliest(deletes.due, visibility.due)
        next = earliest(next, book.nextDue())
        next = earliest(next, nextReceiveAt)
        next = earliest(next, drain.isRunning ? nextStart : nil)
        next = earliest(next, drain.isRunning ? nextRefresh : drain.deadline)
        next = earliest(next, drain.isRunning ? nil : nextCut)
        guard let next else { return }
        if let armedFor, armedFor > now, armedFor <= next { return }
        armedFor = next
        effects.append(.wake(at: next))
    }

    /// What is under way, or waits for its turn, will show whether its trouble goes on.
    private mutating func forgetOldTroubles() {
        guard troubles.isAny else { return }
        if polls.count == 0 { report(troubles.receive.forgetIfOld(at: now)) }
        if attributes.due != nil { report(troubles.attributes.forgetIfOld(at: now)) }
        if deadLetters == 0 { report(troubles.deadLetter.forgetIfOld(at: now)) }
        if unconfirmed == 0 {
            report(troubles.delete.forgetIfOld(at: now))
            report(troubles.visibility.forgetIfOld(at: now))
        }
    }

    mutating func report(_ report: Report?) {
        if let report { effects.append(.report(report)) }
    }

    mutating func nextBatch() -> BatchID {
        lastBatch += 1
        return BatchID(lastBatch)
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

/// A tracker for each activity.
struct Troubles: Sendable {
    var receive = TroubleTracker(.receive)
    var attributes = TroubleTracker(.attributes)
    var delete = TroubleTracker(.delete)
    var visibility = TroubleTracker(.visibility)
    var deadLetter = TroubleTracker(.deadLetter)

    var current: [Trouble] {
        [receive, attributes, delete, visibility, deadLetter].compactMap(\.current)
    }

    var isAny: Bool {
        receive.current != nil || attributes.current != nil || delete.current != nil
            || visibility.current != nil || deadLetter.current != nil
    }
}

/// Warns of messages that nothing matches, once a minute at most.
struct UnmatchedNotice: Sendable {
    static let interval = Duration.seconds(60)

    private var count = 0
    private var lastAt: Instant?

    /// One more. Answers how many to report, if any.
    mutating func note(at now: Instant) -> Int? {
        count += 1
        if let lastAt, now - lastAt < Self.interval { return nil }
        defer { count = 0 }
        lastAt = now
        return count
    }
}
