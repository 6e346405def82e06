/// Stopping, and releasing what has not started.
extension Subscription {
    mutating func stop(graceUntil: Instant) {
        let isFirst = drain.isRunning
        drain.begin(graceUntil: graceUntil, at: now)
        guard isFirst else { return }
        flushAtOnce()
        report(.drainBegan(running: handling.liveRuns))
        releaseUnstarted(.stopping)
    }

    mutating func stopNow() {
        stop(graceUntil: now)
        if drain.phase == .draining { cancelHandlers() }
    }

    /// What was released comes again, and what runs keeps its place in its line.
    mutating func resume() {
        guard drain.callOff() else { return }
        report(.drainCalledOff(running: handling.liveRuns))
    }

    /// Messages that no handler runs for are visible again at once, or when a handler that is over
    /// with them wants them again. One that some handlers run for comes back when they are over,
    /// for those that had not started. One that the gate keeps stays.
    mutating func releaseUnstarted(_ cause: ReleaseCause) {
        handling.clearWaiting()
        var released = 0
        for id in leasing.ids {
            guard let lease = leasing[id], lease.ending == nil, lease.phase == .handling else {
                continue
            }
            if cause == .gate, gate.kept?.lease == id {
                hold(lease)
            } else if giveUpStarting(lease) {
                released += 1
            }
        }
        if released > 0 { report(.released(released, cause)) }
    }

    /// The gate keeps the message: what waited for room starts with what could not.
    private mutating func hold(_ lease: Lease) {
        for index in lease.runs.indices where lease.runs[index].state == .waiting {
            leasing[lease.id]?.runs[index].state = .held
        }
    }

    /// What has not started for the message does not start any more. True when it goes by that.
    @discardableResult
    mutating func giveUpStarting(_ lease: Lease) -> Bool {
        for index in lease.runs.indices where lease.runs[index].isToStart {
            leasing[lease.id]?.runs[index].state = .over(.giveBack)
        }
        guard !lease.isRunning else { return false }
        handling.remove(lease)
        leasing[lease.id]?.isInLine = false
        if lease.runs.contains(where: \.isOver) {
            conclude(lease.id)
        } else {
            giveBack(lease.id)
        }
        return true
    }

    /// Moves on where a phase is over, or has lasted as long as it may.
    mutating func advanceDrain() {
        guard !drain.isRunning else { return }
        cancel(receiving.cut(isHurried: drain.isHurried, at: now))
        let isHandling = handling.liveRuns > 0 || settling.deadLetters > 0
        switch drain.phase {
        case .draining:
            if !isHandling {
                beginClosing()
            } else if drain.isOver(at: now) {
                cancelHandlers()
            }
        case .cancelling:
            if isHandling, drain.isOver(at: now) { abandonHandlers() }
            if handling.liveRuns == 0 && settling.deadLetters == 0 || drain.isOver(at: now) {
                beginClosing()
            }
        case .running, .closing, .finished:
            break
        }
    }

    private mutating func beginClosing() {
        drain.beginClosing(at: now)
        flushAtOnce()
    }

    /// What waits for a backoff is tried once more: there may be no later.
    private mutating func flushAtOnce() {
        settling.retryNow(at: now)
        leasing.retryNow(at: now)
    }

    private mutating func cancelHandlers() {
        drain.beginCancelling(at: now)
        if handling.liveRuns > 0 { report(.handlersCancelled(handling.liveRuns)) }
        for id in leasing.ids {
            guard let lease = leasing[id], !lease.isAbandoned else { continue }
            cancelRuns(of: lease, .stopping)
        }
    }

    /// Their messages are released without them.
    private mutating func abandonHandlers() {
        if handling.liveRuns > 0 { report(.handlersAbandoned(handling.liveRuns)) }
        for id in leasing.ids {
            guard let lease = leasing[id], lease.isRunning, !lease.isAbandoned else { continue }
            if lease.isLost {
                end(id, .leftToLapse(.leaseLost(.refused)))
            } else {
                comeBack(id, Verdict(of: lease))
            }
        }
    }

    mutating func finishDrain() {
        switch drain.phase {
        case .running, .draining, .cancelling, .finished:
            return
        case .closing:
            let isAnswered = settling.endings.open == 0 && receiving.isOver(at: now)
            if drain.isOver(at: now) || isAnswered { finish() }
        }
    }

    private mutating func finish() {
        let unconfirmed = settling.endings.open
        for id in leasing.ids {
            guard let lease = leasing[id], lease.ending == nil else { continue }
            let isDone = lease.phase == .deleting
            end(id, .leftToLapse(isDone ? .deleteUnconfirmed : .returnUnconfirmed))
        }
        report(.drainEnded(after: now - (drain.since ?? now), unconfirmed: unconfirmed))
        drain.finish()
        effects.append(.finished)
    }

    // MARK: Receives

    mutating func cancel(_ receives: [PollID]) {
        for id in receives { effects.append(.cancelReceive(id)) }
    }

    /// When the drain has to look at its receives again.
    var nextCut: Instant? { receiving.nextCut(isHurried: drain.isHurried, after: now) }
}
