/// Decides which messages go to which process of a function, and when processes start and end.
///
/// A value: what happened goes in, what to do comes out. Time is counted from any moment on, and
/// only grows. Every message that came is settled exactly once.
///
/// Processes are started when a batch has none to go to, up to the function's concurrency, and kept
/// from then on: an idle queue costs no process, and a warm one is always asked first. One is
/// started, and kept, as well when somebody asks whether the function works and none is up.
///
/// A function is unavailable when a process of it ends before its first request for an invocation:
/// no message has reached it then. What ends in the middle of an invocation has run, however often
/// it does; its messages are tried again as after any failure.
package struct FunctionScheduler {
    package enum Event {
        /// Messages that go into one event, in their order: one, or some of a group that no event
        /// is too small for.
        /// - `bytes`: of their records.
        case arrived([MessageKey], bytes: [Int])
        /// - `endBy`: when another host may be given the message, if ever.
        case cancelled(MessageKey, endBy: Duration?)
        /// Whether all that the handler, or the daemon, has room for is in hand: no more messages
        /// come then, and a batch that waits to become full waits in vain.
        case full(Bool)
        /// The process asks for an invocation. After `staleAt` it is not to be given another.
        case ready(ProcessID, staleAt: Duration?)
        /// What the answer to its invocation means for each message, in their order.
        case answered(ProcessID, [Finding])
        /// It cannot start, for this reason. ``ended(_:_:fraction:)`` is still to come.
        case failedToStart(ProcessID, String)
        /// It is gone. The text says how it ended; `fraction` is a random
        /// number from 0 to 1.
        case ended(ProcessID, String, fraction: Double)
        case timePassed
        /// Somebody asks whether the function could handle a message, and is answered once.
        case asked(MessageKey)
        /// He does not want to know any more.
        case askerLeft(MessageKey)
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
        case settle(MessageKey, Finding)
        /// Tells who asked what keeps the function from working; `nil`: nothing that was seen.
        case answer(MessageKey, String?)
        /// Tell the operator of an end that no message tells of.
        case warn(String)
    }

    private enum Phase {
        case open, retiring, closed
    }

    let concurrency: Int
    let timeout: Duration
    let startTimeout: Duration
    var queue: BatchQueue
    var processes: [ProcessID: FunctionProcessState] = [:]
    /// Those that wait for an invocation, the one used last at the end.
    var idle: [ProcessID] = []
    var crashes = CrashRecord()
    /// Who asked whether the function works and has no answer yet.
    var askers: [MessageKey] = []
    var lastID: UInt64 = 0
    private var phase = Phase.open
    var effects: [Effect] = []
    private(set) var now: Duration = .zero

    package init(_ settings: LambdaSettings) {
        concurrency = max(1, settings.concurrency)
        timeout = settings.timeout
        startTimeout = LambdaSettings.startAllowance + settings.timeout
        queue = BatchQueue(BatchPolicy(settings))
    }

    /// Whether nothing waits, runs or exists any more.
    package var isOver: Bool { queue.isEmpty && processes.isEmpty && askers.isEmpty }

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
        case .arrived(let keys, let bytes): arrive(keys, bytes: bytes)
        case .cancelled(let key, let endBy): cancel(key, endBy: endBy)
        case .full(let isFull): queue.note(isFull: isFull, at: now)
        case .ready(let id, let staleAt): becomeReady(id, staleAt: staleAt)
        case .answered(let id, let findings): answer(id, findings)
        case .failedToStart(let id, let reason): end(id, .failedToStart(reason))
        case .ended(let id, let text, let fraction): ended(id, text, fraction)
        case .timePassed: break
        case .asked(let key): askers.append(key)
        case .askerLeft(let key): askers.removeAll { $0 == key }
        case .retire: if phase == .open { phase = .retiring }
        case .shutDown: phase = .closed
        }
        endOverdue()
        assign()
        startForAskers()
        return effects
    }
}

// Messages.
extension FunctionScheduler {
    private mutating func arrive(_ keys: [MessageKey], bytes: [Int]) {
        guard phase == .closed else { return queue.append(keys, bytes: bytes, at: now) }
        for key in keys { settle(key, .cancelled) }
    }

    /// A message that waits is given up at once, with those of its group after it. One that a
    /// process works on is held until the process has answered or ended, as it may act on the
    /// message for as long. The process is ended when all of an invocation are cancelled, and in
    /// time for each that another host may have.
    private mutating func cancel(_ key: MessageKey, endBy: Duration?) {
        let removed = queue.remove(key)
        for key in removed { settle(key, .cancelled) }
        guard removed.isEmpty else { return }
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

    mutating func settle(_ key: MessageKey, _ finding: Finding) {
        effects.append(.settle(key, finding))
    }

    /// - Parameter finding: of those that were not cancelled.
    mutating func settle(_ work: FunctionProcessState.Work, _ finding: Finding) {
        for key in work.keys {
            settle(key, work.cancelled.contains(key) ? .cancelled : finding)
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
        answerAskers("the function is being shut down")
        for id in processes.keys { end(id, .cancelled) }
    }
}
