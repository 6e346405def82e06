/// Decides which messages go to which process of a function, and when processes start and end.
///
/// A value: what happened goes in, what to do comes out. Time is counted from any moment on, and
/// only grows. Every message that came is settled exactly once.
///
/// Processes are started when a batch has none to go to, up to the function's concurrency, and kept
/// from then on: an idle queue costs no process, and a warm one is always asked first.
package struct FunctionScheduler {
    package enum Event {
        /// - `bytes`: of its record.
        case arrived(MessageKey, bytes: Int)
        /// - `endBy`: when another host may be given the message, if ever.
        case cancelled(MessageKey, endBy: Duration?)
        /// Whether all that the handler, or the daemon, has room for is in hand: no more messages
        /// come then, and a batch that waits to become full waits in vain.
        case full(Bool)
        /// The process asks for an invocation. After `staleAt` it is not to be given another.
        case ready(ProcessID, staleAt: Duration?)
        /// What the answer to its invocation means for each message, in their order.
        case answered(ProcessID, [Verdict])
        /// It cannot start, for this reason. ``ended(_:_:fraction:)`` is still to come.
        case failedToStart(ProcessID, String)
        /// It is gone. The text says how it ended; `fraction` is a random
        /// number from 0 to 1.
        case ended(ProcessID, String, fraction: Double)
        case timePassed
        /// No messages are to be expected: nothing waits for a batch to become full, and processes
        /// end when nothing is left to do.
        case retire
        /// All processes end now.
        case shutDown
    }

    package enum Effect: Equatable {
        case start(ProcessID)
        case invoke(ProcessID, [MessageKey])
        /// Terminate the process group, then kill it.
        case end(ProcessID)
        case settle(MessageKey, Settlement)
        /// Tell the operator of an end that no message tells of.
        case warn(String)
    }

    /// What becomes of a message.
    package enum Settlement: Equatable {
        case verdict(Verdict)
        /// No message can be handled at present, for this reason.
        case unavailable(String)
        case cancelled
    }

    private enum Phase {
        case open, retiring, closed
    }

    private let concurrency: Int
    private let timeout: Duration
    private let startTimeout: Duration
    private var queue: BatchQueue
    private var processes: [ProcessID: FunctionProcessState] = [:]
    /// Those that wait for an invocation, the one used last at the end.
    private var idle: [ProcessID] = []
    private var crashes = CrashRecord()
    private var lastID: UInt64 = 0
    private var phase = Phase.open
    private var effects: [Effect] = []
    private var now: Duration = .zero

    package init(_ settings: LambdaSettings) {
        concurrency = max(1, settings.concurrency)
        timeout = settings.program.timeout
        startTimeout = LambdaSettings.startAllowance + settings.program.timeout
        queue = BatchQueue(BatchPolicy(settings))
    }

    /// Whether nothing waits, runs or exists any more.
    package var isOver: Bool { queue.isEmpty && processes.isEmpty }

    /// When ``Event/timePassed`` is wanted, if nothing happens before.
    package var nextWake: Duration? {
        var moments = processes.values.compactMap(\.until)
        if let dueAt = queue.dueAt {
            moments.append(dueAt)
            moments.append(crashes.restartAt)
        }
        return moments.filter { $0 > now }.min()
    }

    package mutating func handle(_ event: Event, at moment: Duration) -> [Effect] {
        now = max(now, moment)
        effects = []
        switch event {
        case .arrived(let key, let bytes): arrive(key, bytes: bytes)
        case .cancelled(let key, let endBy): cancel(key, endBy: endBy)
        case .full(let isFull): queue.note(isFull: isFull, at: now)
        case .ready(let id, let staleAt): becomeReady(id, staleAt: staleAt)
        case .answered(let id, let verdicts): answer(id, verdicts)
        case .failedToStart(let id, let reason): end(id, .failedToStart(reason))
        case .ended(let id, let text, let fraction): ended(id, text, fraction)
        case .timePassed: break
        case .retire: if phase == .open { phase = .retiring }
        case .shutDown: phase = .closed
        }
        endOverdue()
        assign()
        return effects
    }
}

// Messages.
extension FunctionScheduler {
    private mutating func arrive(_ key: MessageKey, bytes: Int) {
        guard phase != .closed else { return settle(key, .cancelled) }
        queue.append(key, bytes: bytes, at: now)
    }

    /// A message that waits is given up at once. One that a process works on is held until the
    /// process has answered or ended, as it may act on the message for as long. The process is
    /// ended when all of an invocation are cancelled, and in time for each that another host may
    /// have.
    private mutating func cancel(_ key: MessageKey, endBy: Duration?) {
        if queue.remove(key) { return settle(key, .cancelled) }
        for (id, process) in processes {
            guard case .working(var work) = process.phase, work.keys.contains(key) else { continue }
            work.cancelled.insert(key)
            if let endBy {
                let cancelAt = endBy - LambdaSettings.killGrace - ChildLimits.killMargin
                work.cancelAt = min(cancelAt, work.cancelAt ?? cancelAt)
            }
            processes[id]?.phase = .working(work)
            if work.cancelled.count == work.keys.count { end(id, .cancelled) }
            return
        }
    }

    private mutating func settle(_ key: MessageKey, _ settlement: Settlement) {
        effects.append(.settle(key, settlement))
    }

    /// - Parameter settlement: of those that were not cancelled.
    private mutating func settle(_ work: FunctionProcessState.Work, _ settlement: Settlement) {
        for key in work.keys {
            settle(key, work.cancelled.contains(key) ? .cancelled : settlement)
        }
    }

    /// Gives batches to processes, and starts those that are missing.
    private mutating func assign() {
        if phase == .closed { return close() }
        while queue.isDue(at: now) || phase == .retiring && !queue.isEmpty {
            guard let id = takeIdle() else { break }
            let work = FunctionProcessState.Work(keys: queue.take(), until: now + timeout)
            processes[id]?.phase = .working(work)
            effects.append(.invoke(id, work.keys))
        }
        startMissing()
        if phase == .retiring, queue.isEmpty {
            for id in processes.keys where processes[id]?.isWithoutWork == true {
                end(id, .notNeeded)
            }
        }
    }

    private mutating func close() {
        for key in queue.takeAll() { settle(key, .cancelled) }
        for id in processes.keys { end(id, .cancelled) }
    }
}

// Processes.
extension FunctionScheduler {
    private mutating func takeIdle() -> ProcessID? {
        while let id = idle.popLast() {
            guard let staleAt = processes[id]?.staleAt, staleAt <= now else { return id }
            end(id, .notNeeded)
        }
        return nil
    }

    private mutating func startMissing() {
        guard crashes.restartAt <= now else { return }
        let coming = processes.values.count { $0.mayBecomeReady }
        var missing = min(
            queue.batches - idle.count - coming, concurrency - processes.count)
        while missing > 0 {
            missing -= 1
            lastID += 1
            let id = ProcessID(lastID)
            processes[id] = FunctionProcessState(startsUntil: now + startTimeout)
            effects.append(.start(id))
        }
    }

    private mutating func becomeReady(_ id: ProcessID, staleAt: Duration?) {
        guard let process = processes[id], process.mayBecomeReady else { return }
        processes[id]?.phase = .idle
        processes[id]?.staleAt = staleAt
        idle.append(id)
    }

    private mutating func answer(_ id: ProcessID, _ verdicts: [Verdict]) {
        guard case .working(let work)? = processes[id]?.phase else { return }
        for (key, verdict) in zip(work.keys, verdicts) {
            settle(key, work.cancelled.contains(key) ? .cancelled : .verdict(verdict))
        }
        crashes.answered()
        processes[id]?.hasAnswered = true
        // What is left of the invocation's time is there to come back for the next.
        processes[id]?.phase = .answered(until: work.until)
    }

    /// Tells a process to end, once.
    private mutating func end(_ id: ProcessID, _ cause: FunctionProcessState.EndCause) {
        guard let process = processes[id] else { return }
        if case .ending = process.phase { return }
        idle.removeAll { $0 == id }
        var work: FunctionProcessState.Work?
        if case .working(let present) = process.phase { work = present }
        processes[id]?.phase = .ending(cause, work)
        effects.append(.end(id))
    }

    private mutating func endOverdue() {
        for (id, process) in processes {
            guard let until = process.until, until <= now else { continue }
            switch process.phase {
            case .starting:
                end(
                    id,
                    .failedToStart(
                        "its process had not asked for an invocation after \(startTimeout)"))
            case .working(let work) where work.until > now: end(id, .cancelled)
            default: end(id, .timeout)
            }
        }
    }

    private mutating func ended(_ id: ProcessID, _ text: String, _ fraction: Double) {
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
                crashes.died(at: now, fraction: fraction)
                effects.append(.warn("\(text) before its first invocation"))
            }
        case .working(let work):
            crashes.died(at: now, fraction: fraction)
            settle(
                work,
                crashes.isLoop
                    ? .unavailable(
                        "\(text) before it had answered, as did the "
                            + "\(CrashRecord.loopLength - 1) before it; see its output, and mend "
                            + "the function")
                    : .verdict(.retry("\(text) before it had answered")))
        case .ending(.timeout, let work?):
            settle(
                work,
                .verdict(
                    .retry(
                        "the function was still running after \(timeout) (timeout); its process "
                            + "group was ended")))
        case .ending(.timeout, nil):
            effects.append(
                .warn(
                    "it had answered, and not asked for the next invocation within \(timeout) "
                        + "(timeout)"))
        case .ending(_, let work):
            if let work { settle(work, .cancelled) }
        }
    }

    /// Where other processes work, their messages and those that wait are left to them.
    private mutating func failedToStart(_ reason: String, _ fraction: Double) {
        crashes.died(at: now, fraction: fraction)
        guard !processes.values.contains(where: \.isUp), !queue.isEmpty else {
            return effects.append(.warn(reason))
        }
        for key in queue.takeAll() { settle(key, .unavailable(reason)) }
    }
}
