private import FoundationEssentials
import Logging
import MessageHandling
import SQS
import SubscriberConfiguration

/// The periodic tasks of all handlers of a configuration.
struct TaskScheduler {
    private let opener: QueueOpener
    private let memory: TaskMemory
    private let logger: Logger
    private var running: [Task<Void, Never>] = []

    init(opener: QueueOpener, memory: TaskMemory, logger: Logger) {
        self.opener = opener
        self.memory = memory
        self.logger = logger
    }

    /// The tasks of this configuration instead of those before. One that stays goes on where it
    /// was: it is remembered for which time it was last run.
    mutating func apply(_ configuration: Configuration) {
        stop()
        for handler in configuration.subscriptions.flatMap(\.handlers) {
            for task in handler.tasks {
                let loop = PeriodicTaskLoop(
                    handler: handler.name, task: task, isFIFO: handler.queue.isFIFO,
                    memory: memory, world: world(for: handler.queue), logger: logger)
                running.append(Task { await loop.run() })
            }
        }
    }

    /// Sends nothing more. A message that is on its way may still arrive.
    mutating func stop() {
        for task in running { task.cancel() }
        running = []
    }

    private func world(for reference: QueueReference) -> PeriodicTaskLoop.World {
        let opener = opener
        return PeriodicTaskLoop.World(
            now: { Date().timeIntervalSince1970 },
            sleep: { try await Task.sleep(for: $0) },
            send: { entry in
                let queue = try await opener.locate(reference)
                let result = try await opener.service.send([entry], to: queue.url)
                if let failure = result.failed.values.first { throw failure }
            })
    }
}
