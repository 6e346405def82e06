internal import Calendar
internal import MessageHandling

// Processes.
extension FunctionScheduler {
    mutating func takeIdle() -> ProcessID? {
        while let id = idle.popLast() {
            guard let staleAt = processes[id]?.staleAt, staleAt <= now else { return id }
            end(id, .notNeeded)
        }
        return nil
    }

    mutating func startMissing() {
        guard crashes.restartAt <= now else { return }
        let coming = processes.values.count { $0.mayBecomeReady }
        var missing = min(
            queue.batches - idle.count - coming, concurrency - processes.count)
        while missing > 0 {
            missing -= 1
            startOne()
        }
    }

    private mutating func startOne() {
        lastID += 1
        let id = ProcessID(lastID)
        processes[id] = FunctionProcessState(startsUntil: now + startTimeout)
        effects.append(.start(id))
    }

    mutating func becomeReady(_ id: ProcessID, staleAt: Duration?) {
        guard let process = processes[id], process.mayBecomeReady else { return }
        if case .starting = process.phase { crashes.started() }
        processes[id]?.phase = .idle
        processes[id]?.staleAt = staleAt
        idle.append(id)
    }

    mutating func answer(_ id: ProcessID, _ findings: [Finding]) {
        guard case .working(let work)? = processes[id]?.phase else { return }
        for (key, finding) in zip(work.keys, findings) {
            settle(key, work.cancelled.contains(key) ? .cancelled : finding)
        }
        crashes.answered()
        processes[id]?.hasAnswered = true
        // What is left of the invocation's time is there to come back for the next.
        processes[id]?.phase = .answered(until: work.until)
    }

    /// Tells a process to end, once.
    mutating func end(_ id: ProcessID, _ cause: FunctionProcessState.EndCause) {
        guard let process = processes[id] else { return }
        if case .ending = process.phase { return }
        idle.removeAll { $0 == id }
        var work: FunctionProcessState.Work?
        if case .working(let present) = process.phase { work = present }
        processes[id]?.phase = .ending(cause, work)
        effects.append(.end(id))
    }

    mutating func endOverdue() {
        for (id, process) in processes {
            guard let until = process.until, until <= now else { continue }
            switch process.phase {
            case .starting:
                end(
                    id,
                    .failedToStart(
                        "its process had not asked for an invocation after "
                            + startTimeout.readable))
            case .working(let work) where work.until > now: end(id, .cancelled)
            case .idle, .working, .answered, .ending: end(id, .timeout)
            }
        }
    }

    mutating func ended(_ id: ProcessID, _ text: String, _ fraction: Double) {
        guard let process = processes.removeValue(forKey: id) else { return }
        idle.removeAll { $0 == id }
        switch process.phase {
        case .starting:
            failedToStart(
                "\(text) before it asked for an invocation; see its output, and whether `command` "
                    + "starts a Lambda runtime interface client", fraction)
        case .ending(.failedToStart(let reason), _):
            failedToStart(reason, fraction)
        case .idle, .answered:
            if !process.hasAnswered {
                crashes.died(.beforeWork, at: now, fraction: fraction)
                effects.append(.warn("\(text) before its first invocation"))
            }
        case .working(let work):
            crashes.died(.atWork, at: now, fraction: fraction)
            settle(work, .retry("\(text) before it had answered"))
        case .ending(.timeout, let work?):
            settle(
                work,
                .retry(
                    "still running after \(timeout.readable) (timeout), its process group was "
                        + "ended"))
        case .ending(.timeout, nil):
            effects.append(
                .warn(
                    "it had answered, and not asked for the next invocation within "
                        + "\(timeout.readable) (timeout)"))
        case .ending(_, let work):
            if let work { settle(work, .cancelled) }
        }
    }

    /// Where other processes work, their messages and those that wait are left to them.
    private mutating func failedToStart(_ reason: String, _ fraction: Double) {
        crashes.died(.beforeWork, at: now, fraction: fraction)
        let isAlone = !processes.values.contains(where: \.isUp)
        let isTold = isAlone && !(queue.isEmpty && askers.isEmpty)
        guard isTold else { return effects.append(.warn(reason)) }
        for key in queue.takeAll() { settle(key, .unavailable(reason)) }
        answerAskers(reason)
    }
}

// Whoever asks whether the function works.
extension FunctionScheduler {
    /// A process that has come as far as to ask for an invocation is the answer. Where there is
    /// none, one is started, whatever the pause after the last: who asks has waited.
    mutating func startForAskers() {
        guard !askers.isEmpty else { return }
        if processes.values.contains(where: \.isUp) { return answerAskers(nil) }
        let isComing = processes.values.contains(where: \.mayBecomeReady)
        if !isComing, processes.count < concurrency { startOne() }
    }

    mutating func answerAskers(_ reason: String?) {
        for key in askers { effects.append(.answer(key, reason)) }
        askers = []
    }
}
