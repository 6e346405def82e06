package import Logging
package import MessageHandling
package import SQS

extension SubscriptionDriver {
    /// What drivers work with: the same for all of a process.
    package struct Context: Sendable {
        let service: any QueueService
        let slots: SlotPool
        let workers: WorkerPool
        let network: (any TaskExecutor)?
        package let clock: any EngineClock
        let logger: Logger

        /// - Parameters:
        ///   - network: what runs the driver and its calls to SQS, best the thread that carries the
        ///     connections of `service`; nil for the threads of all tasks.
        ///   - logger: of what handlers log.
        package init(
            service: any QueueService, slots: SlotPool, workers: WorkerPool,
            network: (any TaskExecutor)? = nil, clock: any EngineClock, logger: Logger
        ) {
            self.service = service
            self.slots = slots
            self.workers = workers
            self.network = network
            self.clock = clock
            self.logger = logger
        }
    }

    /// What is known of a queue when its driver begins.
    package struct Start: Sendable {
        let attributes: QueueAttributes?
        let completions: [Completion]
        let seed: UInt64

        /// - Parameters:
        ///   - attributes: the queue's attributes where they were read already; read otherwise.
        ///   - completions: what ``Listeners`` were told to keep in an earlier process, the oldest
        ///     first.
        ///   - seed: of the engine's randomness; different in each process.
        package init(
            attributes: QueueAttributes? = nil, completions: [Completion] = [], seed: UInt64
        ) {
            self.attributes = attributes
            self.completions = completions
            self.seed = seed
        }
    }

    /// Who hears of what a driver does. All are called from its loop and must return at once.
    package struct Listeners: Sendable {
        let report: @Sendable (Report, _ traceID: String?) -> Void
        let started: @Sendable (Message, _ handler: String) -> Void
        let keep: @Sendable (CompletionChange) -> Void
        let deadLetters: DeadLetterOffice

        /// - Parameters:
        ///   - report: what happened, and the trace of the message that it is about, where it is
        ///     about one that has a trace.
        ///   - started: a handler was started for a message.
        ///   - keep: what is to outlive this process.
        ///   - deadLetters: what they say of where they come from, and who hears of them.
        package init(
            report: @escaping @Sendable (Report, _ traceID: String?) -> Void,
            started: @escaping @Sendable (Message, _ handler: String) -> Void = { _, _ in },
            keep: @escaping @Sendable (CompletionChange) -> Void = { _ in },
            deadLetters: DeadLetterOffice = DeadLetterOffice()
        ) {
            self.report = report
            self.started = started
            self.keep = keep
            self.deadLetters = deadLetters
        }
    }
}
