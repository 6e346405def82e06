internal import SQS

/// What is read of the queue, what is reloaded, and what can be seen from outside.
extension Subscription {
    mutating func readAttributes() {
        guard drain.isRunning, attributes.begin(at: now) else { return }
        effects.append(.readAttributes)
    }

    mutating func attributesRead(_ read: QueueAttributes) {
        let (isNew, news) = attributes.read(read, at: now)
        report(news)
        if isNew, settings.queue.visibilityTimeout == nil {
            report(.visibilityTimeout(read.visibilityTimeout))
        }
    }

    mutating func attributesFailed(_ error: SQSError) {
        if error.kind == .denied, settings.queue.visibilityTimeout != nil {
            // A caller that may not read them can do without, where the lease is configured.
            return attributes.postpone(at: now)
        }
        let (isAssumed, news) = attributes.failed(error, at: now, &jitter)
        report(news)
        if isAssumed { report(.visibilityTimeoutAssumed(Self.assumedVisibilityTimeout)) }
    }

    /// New settings count for messages that come from now on, and for the pace at once. What runs
    /// goes on as it began, and what a removed handler has left to do is done by it.
    mutating func settingsChanged() {
        receiving.apply(settings, at: now)
        for removed in handling.apply(settings.handlers) {
            if let kept = gate.forget(removed) {
                startHeld(kept, of: gate.isShut ? removed : nil)
            }
        }
        gate.attemptNow(at: now)
        settling.retryDeadLetters(at: now)
        for handler in handling.loads.ids { startWaiting(for: handler) }
    }

    private func slowHandler(_ id: HandlerID) -> SlowHandler? {
        guard let pace = handling.loads.pace(of: id), let since = pace.since else { return nil }
        return SlowHandler(
            handler: handling.name(of: id), failuresInRow: pace.failuresInRow, since: since)
    }

    /// A dead-letter queue is tried again with the next message that is rejected: nobody knows when
    /// that will be.
    private var troubles: [Trouble] {
        let isRunning = drain.isRunning
        return [
            receiving.currentTrouble?.next(at: isRunning ? receiving.retryAt : nil, after: now),
            attributes.currentTrouble?.next(at: isRunning ? attributes.due : nil, after: now),
            settling.currentDeleteTrouble?.next(at: settling.nextDue, after: now),
            leasing.currentTrouble?.next(at: leasing.nextCallAt, after: now),
            settling.currentDeadLetterTrouble,
        ].compactMap { $0 }
    }

    package func snapshot() -> SubscriptionSnapshot {
        SubscriptionSnapshot(
            receives: receiving.out, inHand: receiving.inHand, running: handling.loads.running,
            abandoned: handling.abandonedRuns, unconfirmed: settling.unconfirmed,
            slotsHeld: receiving.slotsHeld, slotsWanted: receiving.slotsWanted,
            endings: settling.endings, renewals: leasing.renewals, troubles: troubles,
            gate: gate.fault.map {
                GateStatus(
                    handler: handling.name(of: $0.handler),
                    others: handling.loads.others(than: $0.handler), reason: $0.reason,
                    since: $0.since,
                    nextAttempt: gate.attemptAt,
                    kept: gate.kept.flatMap { leasing[$0.lease]?.messageID })
            },
            slowHandlers: handling.loads.slow.compactMap(slowHandler),
            stalls: handling.stalls(at: now), drain: drain.phase,
            visibilityTimeout: visibilityTimeout)
    }
}
