internal import DequeModule
internal import Dispatch
internal import Synchronization

/// Runs handlers: a bounded number of threads, each of which may block.
///
/// A task executor over serial Dispatch queues ("lanes") with one shared queue of jobs. On Linux a
/// concurrent `DispatchQueue` does not run N blocking jobs at once (6 of 64 were measured); N
/// serial queues do. Lanes are created as they are needed, up to the limit, and those used last are
/// used again first, so that a light load keeps to few threads.
///
/// Work-conserving: no job waits while a lane is idle, but for the moment that ``batch(_:)`` takes.
/// Lanes are woken one after the other: a lane that takes a job wakes the next while jobs are left.
/// Many short jobs are then run by the few lanes that got there first, instead of waking a thread
/// each.
///
/// The limit bounds threads, not messages: a job that awaits gives its lane back.
package final class WorkerPool: TaskExecutor {
    private enum Work {
        case job(UnownedJob)
        case probe(CheckedContinuation<Void, Never>)
    }

    private struct State {
        var work: Deque<Work> = []
        var idle: [DispatchQueue] = []
        var limit: Int
        var count = 0
        /// Probes that have not run: each may have a lane beyond the limit.
        var probes = 0
        /// A lane was woken and has not taken its first job.
        var isWaking = false
        /// How many put in jobs that a lane is woken for when they have put in all.
        var batches = 0
        /// What a lane does before it rests.
        var signals: [@Sendable () -> Void] = []
        let name: String

        /// A lane to wake for what is waiting, if one should be woken and can be.
        mutating func wake() -> DispatchQueue? {
            guard !isWaking, batches == 0, !work.isEmpty else { return nil }
            guard let lane = idle.popLast() ?? newLane() else { return nil }
            isWaking = true
            return lane
        }

        private mutating func newLane() -> DispatchQueue? {
            guard count < limit + probes else { return nil }
            count += 1
            return DispatchQueue(label: "\(name)-\(count)")
        }

        /// The next piece of work for a lane that is free; nil sends the lane to rest.
        mutating func take(for lane: DispatchQueue) -> Work? {
            let isSurplus = count > limit
            if isSurplus, probes == 0 || work.isEmpty {
                count -= 1
                return nil
            }
            guard let next = work.popFirst() else {
                idle.append(lane)
                return nil
            }
            if case .probe = next { probes -= 1 }
            return next
        }

        mutating func takeSignals() -> [@Sendable () -> Void] {
            defer { signals = [] }
            return signals
        }
    }

    private let state: Mutex<State>

    /// - Parameter lanes: how many jobs may block at once; 1 at least.
    package init(lanes: Int, name: String = "sqs-subscriber.worker") {
        state = Mutex(State(limit: max(1, lanes), name: name))
    }

    /// Changes the limit. Lanes beyond it finish their job first.
    package func resize(to lanes: Int) {
        let lane = state.withLock { state in
            state.limit = max(1, lanes)
            return state.wake()
        }
        if let lane { start(lane) }
    }

    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        let lane = state.withLock { state in
            state.work.append(.job(job))
            return state.wake()
        }
        if let lane { start(lane) }
    }

    /// Wakes one lane for all the jobs that `enqueue` enqueues, rather than for the first of them:
    /// a lane that is quick would have rested before the second came, and be woken ten times.
    package func batch(_ enqueue: () -> Void) {
        state.withLock { $0.batches += 1 }
        enqueue()
        let lane = state.withLock { state in
            state.batches -= 1
            return state.wake()
        }
        if let lane { start(lane) }
    }

    /// Has `signal` called soon after the present job, together with those of other jobs: before
    /// the lane rests, or, where it goes on, as the next lane comes that was woken meanwhile. So
    /// one signal serves many short jobs, and none waits for a job that blocks. To be called in a
    /// job.
    package func signalLater(_ signal: @escaping @Sendable () -> Void) {
        state.withLock { $0.signals.append(signal) }
    }

    /// Returns when the pool has run an empty job: proof that it takes jobs, finds a lane and gets
    /// a thread. It runs ahead of everything that waits and may use a lane beyond the limit, so
    /// that a pool full of handlers that block, which is no fault, does not fail it.
    package func probe() async {
        await withCheckedContinuation { continuation in
            let lane = state.withLock { state in
                state.work.prepend(.probe(continuation))
                state.probes += 1
                return state.wake()
            }
            if let lane { start(lane) }
        }
    }

    private func start(_ lane: DispatchQueue) {
        lane.async { self.run(on: lane) }
    }

    /// Runs jobs until none is left. Holds the pool while it does.
    private func run(on lane: DispatchQueue) {
        var isFirst = true
        while true {
            let (work, next, signals) = state.withLock { state in
                if isFirst { state.isWaking = false }
                let work = state.take(for: lane)
                let next = state.wake()
                // Left to the lane that is coming, unless this is it, or rests before.
                let isLeft = state.isWaking && !isFirst && work != nil
                return (work, next, isLeft ? [] : state.takeSignals())
            }
            isFirst = false
            if let next { start(next) }
            for signal in signals { signal() }
            switch work {
            case .job(let job): job.runSynchronously(on: asUnownedTaskExecutor())
            case .probe(let continuation): continuation.resume()
            case nil: return
            }
        }
    }
}
