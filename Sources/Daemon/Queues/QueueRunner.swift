import AWS
import Logging
import MessageHandling
import SQS
import SubscriberConfiguration
import SubscriberEngine

/// Serves one queue from the first look-up to the end of its drain.
///
/// Looks the queue up until it answers, slowly where only an operator can help, and then drives its
/// subscription. What is decided about messages is the engine's; this decides only whether there
/// is a subscription.
actor QueueRunner {
    /// What every queue of the daemon shares.
    struct Shared: Sendable {
        let opener: QueueOpener
        let drivers: SubscriptionDriver.Context
        let messageLog: MessageLog
        let claims: QueueClaims
        /// Nil where nothing is kept beyond this process.
        let completions: CompletionStore?
        let tally: MessageTally
        /// Nil where nobody can ask for it.
        let history: MessageHistory?
        /// Whether failures that come back for ever are worth a word.
        let warnsOfEndlessFailures: Bool
        let logger: Logger
        /// Called when the queue is served, or cannot be.
        let changed: @Sendable (String, Change) -> Void
    }

    enum Change: Sendable {
        case served
        case troubled(StartTrouble)
        /// It is the queue that another runner serves, or is about to leave, under this name.
        case isQueue(of: String)
    }

    /// The key of the plan in force.
    var key: String { plan.key }
    var queueName: String { plan.name }
    let shared: Shared
    let figures: QueueFigures
    let deadLetters = DeadLetterDepth()
    private(set) var plan: SubscriptionPlan
    /// The one that was found last, and how it was named.
    var deadLetterQueue: (reference: QueueReference, queue: Queue)?
    var deadLetterSearch: Task<Void, Never>?
    var deadLetterTrouble: OpeningTrouble?
    /// The queue, once it has answered and is this runner's to serve.
    private(set) var queue: Queue?
    /// What another runner finished of messages that may come back.
    private var inherited: [Completion] = []
    private(set) var driver: SubscriptionDriver?
    private var trouble: OpeningTrouble?
    private var lookup: Task<OpenQueue?, Never>?
    /// The pause between two attempts of it.
    private var pause: Task<Void, Never>?
    private var isStopping = false
    /// It has let go of its queue: another one serves it, where it is wanted.
    private var isOver = false
    /// The name of the runner that has the queue, as was told last.
    private var owner: String?

    /// - Parameter figures: of the queue, as the runner before this one has left them.
    init(plan: SubscriptionPlan, shared: Shared, figures: QueueFigures) {
        self.plan = plan
        self.shared = shared
        self.figures = figures
        figures.begin(ObjectIdentifier(self))
    }

    /// Returns when nothing of the queue is in flight any more, after a stop.
    func run() async {
        await serve()
        let completions = await driver?.completions() ?? inherited
        // The last look at its engine: whoever serves the queue next counts on from there.
        _ = await status()
        // At one moment for those who ask: who has let go must not be taken for who still serves.
        isOver = true
        shared.claims.release(ObjectIdentifier(self), completions: completions)
    }

    private func serve() async {
        let lookup = Task { await self.open() }
        self.lookup = lookup
        if isStopping { lookup.cancel() }
        let opened = await lookup.value
        guard let opened, !isStopping else { return }
        let completions = await shared.completions?.file(for: opened.queue)
        for completion in inherited { completions?.note(.remembered(completion)) }
        guard !isStopping else { return }
        findDeadLetterQueue()
        let driver = makeDriver(opened, completions)
        self.driver = driver
        shared.changed(key, .served)
        await driver.run()
        await completions?.flush()
    }

    /// Whether the plan is of the queue that is served, beyond doubt.
    func serves(_ plan: SubscriptionPlan) -> Bool {
        guard !isOver, driver != nil, let queue else { return false }
        return plan.names.contains(key)
            || shared.claims.isCertain(plan.settings.queue, toBe: queue)
    }

    var isServing: Bool { driver != nil && !isOver }

    /// New settings from a reload, for messages that come from now on. Does not wait for anything.
    ///
    /// - Parameter plan: of the same queue, which it may name otherwise.
    func apply(_ plan: SubscriptionPlan) {
        guard !isOver else { return }
        let isRenamed = plan.key != key
        self.plan = plan
        // What kept the queue from being served may be mended.
        pause?.cancel()
        guard driver != nil else { return }
        if isRenamed, let queue {
            _ = shared.claims.claim(queue, as: key, for: ObjectIdentifier(self))
            shared.changed(key, .served)
        }
        findDeadLetterQueue()
        applyPlan()
    }

    func applyPlan() {
        driver?.apply(
            plan.engineSettings(deadLetterQueue: deadLetterQueue?.queue), handlers: plan.handlers,
            intake: plan.intake)
    }

    /// The queue is wanted again, before what ran when it left has ended: it is received from at
    /// once. Too late for one that has nothing in hand any more: its ``run()`` returns.
    func resume() {
        guard !isOver, let driver, let queue else { return }
        isStopping = false
        _ = shared.claims.claim(queue, as: key, for: ObjectIdentifier(self))
        driver.resume()
        shared.changed(key, .served)
    }

    func stop(graceUntil: Instant) {
        endLookups()
        driver?.stop(graceUntil: graceUntil)
    }

    func stopNow() {
        endLookups()
        driver?.stopNow()
    }

    private func endLookups() {
        isStopping = true
        lookup?.cancel()
        pause?.cancel()
        deadLetterSearch?.cancel()
    }

    func status() async -> QueueStatus {
        let name = plan.name
        guard let driver else {
            return QueueStatus(name: name, state: .opening(trouble))
        }
        let snapshot = await driver.snapshot()
        figures.note(snapshot.subscription, of: ObjectIdentifier(self))
        return QueueStatus(
            name: name, state: .serving(snapshot), deadLetterTrouble: deadLetterTrouble)
    }

    /// Returns when the queue's engine has taken an event; at once where there is none yet.
    func probe() async {
        await driver?.probe()
    }
}

extension QueueRunner {
    /// Tries until the queue answers; nil when cancelled.
    private func open() async -> OpenQueue? {
        var failures = 0
        while !Task.isCancelled {
            let settings = plan.settings
            do throws(SQSError) {
                let opened = try await shared.opener.open(settings)
                if let owner = claim(opened.queue) {
                    failures += 1
                    tell(owner)
                    await pause(after: failures, .passing)
                    continue
                }
                trouble = nil
                if let reference = settings.deadLetterQueue, let queue = opened.deadLetterQueue {
                    deadLetterQueue = (reference, queue)
                }
                return opened
            } catch {
                if Task.isCancelled { return nil }
                failures += 1
                let trouble = StartTrouble(error)
                note(trouble)
                await pause(after: failures, trouble.nature)
            }
        }
        return nil
    }

    /// Nil when the queue is this runner's; else the name of the one that has it.
    private func claim(_ queue: Queue) -> String? {
        switch shared.claims.claim(queue, as: key, for: ObjectIdentifier(self)) {
        case .granted(let completions):
            self.queue = queue
            inherited = completions
            return nil
        case .taken(let name): return name
        }
    }

    /// Its owner takes over what is wanted of the queue; one that is at its end leaves it soon.
    private func tell(_ owner: String) {
        guard self.owner != owner else { return }
        self.owner = owner
        shared.changed(key, .isQueue(of: owner))
    }

    /// Ends early with a reload or a stop.
    private func pause(after failures: Int, _ nature: StartTrouble.Nature) async {
        guard !Task.isCancelled else { return }
        let duration = OpeningPace.pause(after: failures, nature: nature)
        let pause = Task { _ = try? await Task.sleep(for: duration) }
        self.pause = pause
        trouble = trouble?.waiting(until: shared.drivers.clock.now() + duration)
        await pause.value
        trouble = trouble?.waiting(until: nil)
    }

    /// One line in the log for each change of the trouble, not for each attempt.
    private func note(_ new: StartTrouble) {
        if trouble?.trouble != new {
            shared.logger.warning(
                "cannot be served yet, and is tried again: \(new.description)",
                metadata: [
                    "queue": .string(plan.name),
                    "event_id": .string(EventID.queueTroubled.rawValue),
                ])
        }
        trouble = OpeningTrouble(
            new, since: trouble?.since ?? shared.drivers.clock.now(),
            failures: (trouble?.failures ?? 0) + 1)
        shared.changed(key, .troubled(new))
    }

    private func makeDriver(
        _ opened: OpenQueue, _ completions: CompletionFile?
    ) -> SubscriptionDriver {
        let name = opened.queue.name
        let log = ReportLog(queue: name, messages: shared.messageLog, service: shared.logger)
        log.served(url: opened.queue.url, handlers: plan.handlers.map(\.name))
        if shared.warnsOfEndlessFailures, opened.letsFailuresComeBack, plan.mayFail {
            log.failuresComeBack(for: opened.retention)
        }
        let attributes = QueueAttributes(opened.attributes)
        if plan.settings.visibilityTimeout == nil, let attributes {
            log.log(.visibilityTimeout(attributes.visibilityTimeout))
        }
        return SubscriptionDriver(
            queue: opened.queue,
            settings: plan.engineSettings(deadLetterQueue: deadLetterQueue?.queue),
            handlers: plan.handlers, intake: plan.intake,
            start: SubscriptionDriver.Start(
                attributes: attributes, completions: (completions?.known ?? []) + inherited,
                seed: UInt64.random(in: .min ... .max)),
            context: shared.drivers,
            listeners: SubscriptionDriver.Listeners(
                report: {
                    [tally = shared.tally, figures, history = shared.history] report, traceID in
                    tally.note(report)
                    figures.note(report)
                    history?.note(report, of: name)
                    log.log(report, traceID: traceID)
                }, started: { [figures] in figures.noteStart(of: $0, by: $1) },
                keep: { completions?.note($0) },
                deadLetters: log.deadLetterOffice(shared.history)))
    }
}
