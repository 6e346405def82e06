internal import SQS

/// What is read of the queue, what is reloaded, and what can be seen from outside.
extension Subscription {
    mutating func readAttributes() {
        guard drain.isRunning, attributes.begin(at: now) else { return }
        effects.append(.readAttributes)
    }

    /// When the attributes are to be read next.
    var nextRefresh: Instant? { attributes.due }

    mutating func attributesRead(_ read: QueueAttributes) {
        report(troubles.attributes.succeeded(at: now))
        if attributes.read(read, at: now), settings.queue.visibilityTimeout == nil {
            report(.visibilityTimeout(read.visibilityTimeout))
        }
    }

    mutating func attributesFailed(_ error: SQSError) {
        if error.kind == .denied, settings.queue.visibilityTimeout != nil {
            // A caller that may not read them can do without, where the lease is configured.
            return attributes.postpone(at: now)
        }
        report(troubles.attributes.failed(error, at: now, &jitter))
        let retryAt = troubles.attributes.retryAt ?? now + AttributeRefresh.interval
        if attributes.failed(error.kind, retryAt: retryAt) {
            report(.visibilityTimeoutAssumed(Self.assumedVisibilityTimeout))
        }
    }

    /// New settings count for messages that come from now on, and for the pace at once. What runs
    /// goes on as it began, and what a removed handler has left to do is done by it.
    mutating func settingsChanged(_ changed: SubscriptionSettings) {
        settings = changed
        limitRate()
        for removed in handlers.apply(changed.handlers) {
            if let kept = gate.forget(removed) {
                startHeld(kept, of: gate.isShut ? removed : nil)
            }
        }
        gate.attemptNow(at: now)
        troubles.receive.retryNow(at: now)
        troubles.deadLetter.retryNow(at: now)
        scaling.limit(to: changed.queue.maximumPollers)
        for handler in handlers.ids { startWaiting(for: handler) }
    }

    /// The slowest handler sets the pace.
    mutating func limitRate() {
        guard let lowest = settings.handlers.compactMap(\.messagesPerSecond).min() else {
            return rate = nil
        }
        if rate == nil { rate = RateLimit(perSecond: lowest, at: now) }
        rate?.change(to: lowest)
    }

    private func slowHandler(_ id: HandlerID) -> SlowHandler? {
        guard let pace = handlers.pace(of: id), let since = pace.since else { return nil }
        return SlowHandler(
            handler: name(of: id), failuresInRow: pace.failuresInRow, since: since)
    }

    package func snapshot() -> SubscriptionSnapshot {
        SubscriptionSnapshot(
            receives: polls.count, inHand: demand.leased, running: handlers.running,
            abandoned: abandonedRuns, unconfirmed: unconfirmed, slotsHeld: demand.held,
            slotsWanted: demand.wanted, endings: endings, troubles: troubles.current,
            gate: gate.fault.map {
                GateStatus(
                    handler: handlers[$0.handler]?.name ?? "",
                    others: handlers.others(than: $0.handler), reason: $0.reason, since: $0.since,
                    nextAttempt: gate.attemptAt,
                    kept: gate.kept.flatMap { book[$0.lease]?.messageID })
            },
            slowHandlers: handlers.slow.compactMap(slowHandler),
            stalls: stalls.current(at: now), drain: drain.phase,
            visibilityTimeout: visibilityTimeout)
    }
}

/// The queue's attributes, read now and again, since operators change them.
struct AttributeRefresh: Sendable {
    /// A change takes SQS up to a minute to apply; five minutes more cost 0.3 % of an idle queue's
    /// requests. Meanwhile receives ask for the timeout known, so that no lease is misjudged.
    static let interval = Duration.seconds(300)

    private(set) var visibilityTimeout: Duration?
    private(set) var maximumReceives: Int?
    /// When they are to be read next; nil while they are being read.
    private(set) var due: Instant?

    init(known: QueueAttributes? = nil) {
        visibilityTimeout = known?.visibilityTimeout
        maximumReceives = known?.maximumReceives
        due = known == nil ? .start : .start + Self.interval
    }

    /// True when they are to be read now.
    mutating func begin(at now: Instant) -> Bool {
        guard let due, due <= now else { return false }
        self.due = nil
        return true
    }

    mutating func postpone(at now: Instant) {
        due = now + Self.interval
    }

    /// True when the visibility timeout has changed.
    mutating func read(_ attributes: QueueAttributes, at now: Instant) -> Bool {
        defer { visibilityTimeout = attributes.visibilityTimeout }
        maximumReceives = attributes.maximumReceives
        due = now + Self.interval
        return visibilityTimeout != attributes.visibilityTimeout
    }

    /// True when a timeout is assumed from now on: a role may be allowed to receive and not to read
    /// attributes. Every other error has to pass first, as receives would fail of it, too.
    mutating func failed(_ kind: SQSError.Kind, retryAt: Instant) -> Bool {
        due = retryAt
        guard kind == .denied, visibilityTimeout == nil else { return false }
        visibilityTimeout = Subscription.assumedVisibilityTimeout
        return true
    }
}
