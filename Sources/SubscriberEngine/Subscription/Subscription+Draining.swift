/// Stopping, and releasing what has not started.
extension Subscription {
    mutating func stop(graceUntil: Instant) {
        let isFirst = drain.isRunning
        drain.begin(graceUntil: graceUntil, at: now)
        guard isFirst else { return }
        flushAtOnce()
        report(.drainBegan(running: liveRuns))
        releaseUnstarted(.stopping)
    }

    mutating func stopNow() {
        stop(graceUntil: now)
        if drain.phase == .draining { cancelHandlers() }
    }

    /// Messages that no handler runs for are visible again at once, or when a handler that is over
    /// with them wants them again. One that some handlers run for comes back when they are over,
    /// for those that had not started. One that the gate keeps stays.
    mutating func releaseUnstarted(_ cause: ReleaseCause) {
        handlers.clearWaiting()
        var released = 0
        for id in book.ids {
            guard let lease = book[id], lease.ending == nil, lease.phase == .handling else {
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
            book[lease.id]?.runs[index].state = .held
        }
    }

    /// What has not started for the message does not start any more. True when it goes by that.
    private mutating func giveUpStarting(_ lease: Lease) -> Bool {
        for index in lease.runs.indices where lease.runs[index].isToStart {
            book[lease.id]?.runs[index].state = .over(.giveBack)
        }
        guard !lease.isRunning else { return false }
        order.remove(lease.id, lease.line)
        book[lease.id]?.isInLine = false
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
        cutReceives()
        let isHandling = liveRuns > 0 || deadLetters > 0
        switch drain.phase {
        case .draining:
            if !isHandling {
                beginClosing()
            } else if drain.isOver(at: now) {
                cancelHandlers()
            }
        case .cancelling:
            if isHandling, drain.isOver(at: now) { abandonHandlers() }
            if liveRuns == 0 && deadLetters == 0 || drain.isOver(at: now) {
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
        deletes.retryNow(at: now)
        visibility.retryNow(at: now)
    }

    private mutating func cancelHandlers() {
        drain.beginCancelling(at: now)
        if liveRuns > 0 { report(.handlersCancelled(liveRuns)) }
        for id in book.ids {
            guard let lease = book[id], !lease.isAbandoned else { continue }
            cancelRuns(of: lease, .stopping)
        }
    }

    /// Their messages are released without them.
    private mutating func abandonHandlers() {
        if liveRuns > 0 { report(.handlersAbandoned(liveRuns)) }
        for id in book.ids {
            guard let lease = book[id], lease.isRunning, !lease.isAbandoned else { continue }
            if lease.isLost {
                end(id, .leftToLapse(.leaseLost(.refused)))
            } else {
                giveBack(id)
            }
        }
    }

    mutating func finishDrain() {
        switch drain.phase {
        case .running, .draining, .cancelling, .finished:
            return
        case .closing:
            let receivesAreOver = polls.out.values.allSatisfy { poll in
                poll.cutAt.map { now - $0 >= Drain.answerPatience } ?? false
            }
            if drain.isOver(at: now) || endings.open == 0 && receivesAreOver { finish() }
        }
    }

    private mutating func finish() {
        let unconfirmed = endings.open
        for id in book.ids {
            guard let lease = book[id], lease.ending == nil else { continue }
            let isDone = lease.phase == .deleting
            end(id, .leftToLapse(isDone ? .deleteUnconfirmed : .returnUnconfirmed))
        }
        report(.drainEnded(after: now - (drain.since ?? now), unconfirmed: unconfirmed))
        drain.finish()
        effects.append(.finished)
    }

    // MARK: Receives

    /// Receives that are out are told to come back: idle ones at once, one whose answer is likely
    /// on its way a moment later.
    private mutating func cutReceives(atOnce: Bool = false) {
        for (id, poll) in polls.out.sorted(by: { $0.key.value < $1.key.value })
        where poll.cutAt == nil && (atOnce || cutMoment(poll) <= now) {
            polls.cut(id, at: now)
            effects.append(.cancelReceive(id))
        }
    }

    /// Receives that wait would bring back at once what is released, at the cost of a receive. One
    /// of a busy queue has its answer on the way, which would be hidden for a visibility timeout.
    mutating func cutWaitingReceives() {
        guard !scaling.isBacklogged else { return }
        cutReceives(atOnce: true)
    }

    private func cutMoment(_ poll: Polls.Poll) -> Instant {
        scaling.isIdle || drain.isHurried ? now : poll.sentAt + Drain.receivePatience
    }

    /// When the drain has to look at its receives again.
    var nextCut: Instant? {
        polls.out.values.map { poll in
            poll.cutAt.map { $0 + Drain.answerPatience } ?? cutMoment(poll)
        }.filter { $0 > now }.min()
    }
}
