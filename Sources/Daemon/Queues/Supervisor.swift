import AWS
import Control
import Logging
import SQS
import SubscriberConfiguration
import SubscriberEngine

/// Keeps one runner for each queue of the configuration.
actor Supervisor {
    /// SQS lets no message be held for longer than 12 hours.
    private static let longestRun = Duration.seconds(43_200)

    private let shared: QueueRunner.Shared
    private var runners: [String: QueueRunner] = [:]
    /// Runners whose queue left the configuration, until their drain is over.
    private var leaving: [ObjectIdentifier: QueueRunner] = [:]
    /// Runners whose end has not been seen to. One may end while another is asked something.
    private var live: [ObjectIdentifier: QueueRunner] = [:]
    /// What is to be served, by the key.
    private var wanted: [String: SubscriptionPlan] = [:]
    /// What would be served, had nobody paused it, by the key.
    private var paused: [String: SubscriptionPlan] = [:]
    private var idleWaiters: [CheckedContinuation<Void, Never>] = []
    private var stopDeadline: Instant?
    /// What is counted of each queue since the start, by its key, whoever serves it.
    private var figures: [String: QueueFigures] = [:]
    /// The messages that were deleted by runners that have ended.
    private var handledBefore = 0

    init(shared: QueueRunner.Shared) {
        self.shared = shared
    }

    /// Makes the queues served those of the plans: new ones start, others take their new settings,
    /// those without a plan are drained. One that is only named otherwise stays, where that can be
    /// told; where it turns out later, see ``QueueSynonyms``. What runs in a queue that leaves may
    /// take its time: only a stop ends it, and a queue that is wanted again does not wait for it.
    ///
    /// - Parameter paused: what would be served, had nobody paused it.
    func apply(_ plans: [SubscriptionPlan], paused: [SubscriptionPlan] = []) async {
        guard stopDeadline == nil else { return }
        self.paused = Dictionary(uniqueKeysWithValues: paused.map { ($0.key, $0) })
        wanted = Dictionary(uniqueKeysWithValues: plans.map { ($0.key, $0) })
        for (key, runner) in runners where wanted[key] == nil {
            runners[key] = nil
            if let heir = await plan(of: plans, for: runner), isLive(runner),
                runners[heir.key] == nil
            {
                place(runner, at: heir.key)
            } else {
                await leave(runner)
            }
        }
        for plan in plans {
            if let runner = await returning(for: plan) {
                let opening = runners[plan.key]
                place(runner, at: plan.key)
                if let opening { await leave(opening) }
                await runner.resume()
            }
            if let runner = runners[plan.key] {
                await runner.apply(plan)
            } else {
                start(plan)
            }
        }
    }

    /// One that nobody serves yet, and that means the runner's queue.
    private func plan(
        of plans: [SubscriptionPlan], for runner: QueueRunner
    ) async -> SubscriptionPlan? {
        for plan in plans where runners[plan.key] == nil {
            if await runner.serves(plan) { return plan }
        }
        return nil
    }

    private func place(_ runner: QueueRunner, at key: String) {
        runners[key] = runner
        figures[key] = runner.figures
    }

    private func isLive(_ runner: QueueRunner) -> Bool {
        live[ObjectIdentifier(runner)] != nil
    }

    private func leave(_ runner: QueueRunner) async {
        guard isLive(runner) else { return }
        leaving[ObjectIdentifier(runner)] = runner
        await runner.stop(graceUntil: shared.drivers.clock.now() + Self.longestRun)
    }

    /// The runner that leaves the plan's queue, where there is one.
    private func returning(for plan: SubscriptionPlan) async -> QueueRunner? {
        if let present = runners[plan.key], await present.isServing { return nil }
        for (id, runner) in leaving where await runner.serves(plan) {
            return leaving.removeValue(forKey: id)
        }
        return nil
    }

    private func start(_ plan: SubscriptionPlan) {
        let runner = QueueRunner(plan: plan, shared: shared, figures: figures(of: plan.key))
        place(runner, at: plan.key)
        live[ObjectIdentifier(runner)] = runner
        Task {
            await runner.run()
            let handled = await runner.status().snapshot?.endings.deleted
            self.ended(runner, of: await runner.plan, handled: handled)
        }
    }

    private func figures(of key: String) -> QueueFigures {
        if let known = figures[key] { return known }
        let made = QueueFigures(clock: shared.drivers.clock)
        figures[key] = made
        return made
    }

    /// - Parameter handled: nil for one that never served its queue.
    private func ended(_ runner: QueueRunner, of plan: SubscriptionPlan, handled: Int?) {
        handledBefore += handled ?? 0
        runner.figures.end(ObjectIdentifier(runner))
        live[ObjectIdentifier(runner)] = nil
        if leaving.removeValue(forKey: ObjectIdentifier(runner)) != nil {
            if handled != nil { logLeft(plan) }
        } else if let key = runners.first(where: { $0.value === runner })?.key {
            runners[key] = nil
            // It was wanted again when it had nothing left to wait for.
            if stopDeadline == nil, let plan = wanted[key] { start(plan) }
        }
        guard runners.isEmpty, leaving.isEmpty else { return }
        for waiter in idleWaiters { waiter.resume() }
        idleWaiters = []
    }

    private func logLeft(_ plan: SubscriptionPlan) {
        let isPaused = paused[plan.key] != nil
        shared.logger.info(
            isPaused
                ? "paused, and nothing of it is in hand"
                : "no longer served, for no handler asks for it",
            metadata: [
                "queue": .string(plan.name),
                "event_id": .string((isPaused ? EventID.queuePaused : .queueLeft).rawValue),
            ])
    }

    func stop(graceUntil: Instant) async {
        stopDeadline = graceUntil
        for runner in all { await runner.stop(graceUntil: graceUntil) }
    }

    func stopNow() async {
        stopDeadline = stopDeadline ?? shared.drivers.clock.now()
        for runner in all { await runner.stopNow() }
    }

    /// Returns when no queue is served any more.
    func untilIdle() async {
        guard !runners.isEmpty || !leaving.isEmpty else { return }
        await withCheckedContinuation { idleWaiters.append($0) }
    }

    func statuses() async -> [QueueStatus] { await watched().map(\.status) }

    private enum Watched {
        case served(QueueRunner)
        /// Nobody has anything of it in hand.
        case idle(SubscriptionPlan)
    }

    /// Every queue once, with who serves it.
    private func watched() async -> [(status: QueueStatus, source: Watched)] {
        // Those of one moment: while one is asked, another may come, leave or return.
        var asked = runners.map { (key: $0.key, runner: $0.value) }
        let leaving = Array(leaving.values)
        var (idle, opening) = (paused, stopDeadline == nil ? wanted : [:])
        // One that never served its queue leaves nothing to be told.
        for runner in leaving where await runner.isServing {
            asked.append((await runner.key, runner))
        }
        var all: [(status: QueueStatus, source: Watched)] = []
        for (key, runner) in asked {
            var status = await runner.status()
            status.isPaused = idle.removeValue(forKey: key) != nil
            opening[key] = nil
            // It was that of a queue elsewhere, which leaves.
            if all.contains(where: { $0.status.name == status.name }) {
                status.name += " (leaving)"
            }
            all.append((status, .served(runner)))
        }
        for plan in idle.values {
            all.append((QueueStatus(name: plan.name, state: .paused), .idle(plan)))
        }
        // Between two runners, or under a name that its runner is about to get.
        for plan in opening.values where !all.contains(where: { $0.status.name == plan.name }) {
            all.append((QueueStatus(name: plan.name, state: .opening(nil)), .idle(plan)))
        }
        return all.sorted { $0.status.name < $1.status.name }
    }

    /// One look at each queue that is served, for the history of the load.
    func looks(_ time: WallTime) async -> [LoadHistory.Look] {
        var looks: [LoadHistory.Look] = []
        for case (let status, .served(let runner)) in await watched() {
            if let look = await runner.look(status, time) { looks.append(look) }
        }
        return looks
    }

    /// The ARN of a queue's dead-letter queue; nil where it has none, or is not served.
    func deadLetterARN(of name: String) async throws(SQSError) -> String? {
        for runner in runners.values where await runner.queueName == name {
            return try await runner.deadLetterARN
        }
        return nil
    }

    /// - Parameter countsDeadLetters: whether SQS is asked for them.
    func reports(_ time: WallTime, countsDeadLetters: Bool) async -> [QueueReport] {
        var reports: [QueueReport] = []
        for (status, source) in await watched() {
            switch source {
            case .served(let runner):
                reports.append(
                    await runner.report(status, time, countsDeadLetters: countsDeadLetters))
            case .idle(let plan):
                reports.append(report(status, time, of: plan))
            }
        }
        return reports
    }

    /// A queue of which nobody has anything in hand: how much waits for it is asked all the same.
    private func report(
        _ status: QueueStatus, _ time: WallTime, of plan: SubscriptionPlan
    ) -> QueueReport {
        let (figures, now) = (figures(of: plan.key), shared.drivers.clock.now())
        var report = QueueReport(status, time, figures.current, plan, at: now)
        guard status.isPaused else { return report }
        report.depth = figures.depth.latest(
            named: plan.settings.queue, by: shared.opener, at: now)
        return report
    }

    /// What the queues do, and what became of messages since the start.
    func overview() async -> (queues: [QueueStatus], counts: MessageCounts) {
        // Those of one moment: a runner that ends meanwhile counts once, here or there.
        let live = Array(live.values)
        var handled = handledBefore
        for runner in live { handled += await runner.status().snapshot?.endings.deleted ?? 0 }
        return (await statuses(), shared.tally.counts(handled: handled))
    }

    func probe() async {
        for runner in all { await runner.probe() }
    }

    private var all: [QueueRunner] { Array(runners.values) + Array(leaving.values) }
}
