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
        let slots: SlotPool
        let workers: WorkerPool
        let clock: any EngineClock
        let messageLog: MessageLog
        /// Nil where nothing is kept beyond this process.
        let completions: CompletionStore?
        let logger: Logger
        /// Called when the queue is served, or cannot be.
        let changed: @Sendable (String, Change) -> Void
    }

    enum Change: Sendable {
        case served
        case troubled(StartTrouble)
    }

    nonisolated let key: String
    private let shared: Shared
    private var plan: SubscriptionPlan
    /// The one that was found last, and how it was named.
    private var deadLetterQueue: (reference: QueueReference, queue: Queue)?
    private var deadLetterSearch: Task<Void, Never>?
    private var driver: SubscriptionDriver?
    private var trouble: StartTrouble?
    private var lookup: Task<OpenQueue?, Never>?
    private var isStopping = false

    init(plan: SubscriptionPlan, shared: Shared) {
        key = plan.key
        self.plan = plan
        self.shared = shared
    }

    /// Returns when nothing of the queue is in flight any more, after a stop.
    func run() async {
        let lookup = Task { await self.open() }
        self.lookup = lookup
        if isStopping { lookup.cancel() }
        let opened = await lookup.value
        guard let opened, !isStopping else { return }
        let completions = await shared.completions?.file(for: opened.queue)
        guard !isStopping else { return }
        findDeadLetterQueue()
        let driver = makeDriver(opened, completions)
        self.driver = driver
        shared.changed(key, .served)
        await driver.run()
        await completions?.flush()
    }

    /// New settings from a reload, for messages that come from now on. Does not wait for anything.
    func apply(_ plan: SubscriptionPlan) {
        self.plan = plan
        guard driver != nil else { return }
        findDeadLetterQueue()
        applyPlan()
    }

    private func applyPlan() {
        driver?.apply(
            plan.engineSettings(deadLetterQueue: deadLetterQueue?.queue), handlers: plan.handlers,
            disposal: plan.disposal)
    }

    func stop(graceUntil: Instant) {
        isStopping = true
        lookup?.cancel()
        deadLetterSearch?.cancel()
        driver?.stop(graceUntil: graceUntil)
    }

    func stopNow() {
        isStopping = true
        lookup?.cancel()
        deadLetterSearch?.cancel()
        driver?.stopNow()
    }

    func status() async -> QueueStatus {
        let name = plan.settings.queue.name
        guard let driver else {
            return QueueStatus(name: name, state: .opening(trouble))
        }
        return QueueStatus(name: name, state: .serving(await driver.snapshot()))
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
                trouble = nil
                if let reference = settings.deadLetterQueue, let queue = opened.deadLetterQueue {
                    deadLetterQueue = (reference, queue)
                }
                return opened
            } catch {
                if Task.isCancelled { return nil }
                failures += 1
                note(StartTrouble(error), failures: failures)
            }
            let pause = OpeningPace.pause(after: failures, nature: trouble?.nature ?? .passing)
            try? await Task.sleep(for: pause)
        }
        return nil
    }

    /// One line in the log for each change of the trouble, not for each attempt.
    private func note(_ new: StartTrouble, failures: Int) {
        if trouble != new {
            shared.logger.warning(
                "The queue cannot be served yet, it is tried again: \(new.description)",
                metadata: [
                    "queue": .string(plan.settings.queue.name),
                    "event_id": .string(EventID.queueTroubled.rawValue),
                ])
        }
        trouble = new
        shared.changed(key, .troubled(new))
    }

    private func makeDriver(
        _ opened: OpenQueue, _ completions: CompletionFile?
    ) -> SubscriptionDriver {
        let name = opened.queue.name
        let log = ReportLog(queue: name, messages: shared.messageLog, service: shared.logger)
        log.served(url: opened.queue.url, handlers: plan.handlers.map(\.name))
        if plan.settings.visibilityTimeout == nil, let own = opened.visibilityTimeout {
            log.log(.visibilityTimeout(own))
        }
        return SubscriptionDriver(
            queue: opened.queue,
            settings: plan.engineSettings(deadLetterQueue: deadLetterQueue?.queue),
            handlers: plan.handlers, service: shared.opener.service, slots: shared.slots,
            workers: shared.workers, clock: shared.clock, logger: shared.messageLog.logger,
            attributes: opened.visibilityTimeout.map { QueueAttributes(visibilityTimeout: $0) },
            completions: completions?.known ?? [], disposal: plan.disposal,
            seed: UInt64.random(in: .min ... .max),
            report: { log.log($0) }, keep: { completions?.note($0) })
    }
}

// MARK: The dead-letter queue after a reload

extension QueueRunner {
    /// Looks for the one that the plan names, where it is another one, until it is found.
    private func findDeadLetterQueue() {
        deadLetterSearch?.cancel()
        deadLetterSearch = nil
        guard let reference = plan.settings.deadLetterQueue else { return deadLetterQueue = nil }
        guard reference != deadLetterQueue?.reference else { return }
        deadLetterSearch = Task { await self.search(for: reference) }
    }

    private func search(for reference: QueueReference) async {
        var failures = 0
        while !Task.isCancelled {
            let trouble: StartTrouble
            do throws(SQSError) {
                let queue = try await shared.opener.locate(reference)
                guard !Task.isCancelled else { return }
                deadLetterQueue = (reference, queue)
                return applyPlan()
            } catch {
                guard !Task.isCancelled else { return }
                trouble = StartTrouble(error)
            }
            failures += 1
            if failures == 1 {
                shared.logger.error(
                    """
                    The dead-letter queue \(reference.text) could not be found, it is tried again, \
                    and the one before stays in use until then: \(trouble.description)
                    """, metadata: ["queue": .string(plan.settings.queue.name)])
            }
            let pause = OpeningPace.pause(after: failures, nature: trouble.nature)
            try? await Task.sleep(for: pause)
        }
    }
}

/// How long to wait before a queue that did not answer is looked up again.
enum OpeningPace {
    private static let first = Duration.milliseconds(500)
    private static let longestPassing = Duration.seconds(30)
    /// What only an operator can mend is looked at once in five minutes: a reload or a restart is
    /// there for who does not want to wait.
    private static let longestLasting = Duration.seconds(300)

    static func pause(after failures: Int, nature: StartTrouble.Nature) -> Duration {
        let longest = nature == .passing ? longestPassing : longestLasting
        let exponential = first * (1 << min(failures - 1, 12))
        return min(exponential, longest) * Double.random(in: 0.75...1)
    }
}
