import AWS
import Calendar
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
    private var running: [Running] = []

    private struct Job: Equatable {
        let handler: String
        let queue: QueueReference
        let task: ScheduledTask
    }

    private struct Running {
        let job: Job
        let loop: Task<Void, Never>
    }

    init(opener: QueueOpener, memory: TaskMemory, logger: Logger) {
        self.opener = opener
        self.memory = memory
        self.logger = logger
    }

    /// The tasks of this configuration instead of those before. One that stays is not disturbed;
    /// one that changed goes on where it was, once a message on its way has arrived.
    mutating func apply(_ configuration: Configuration) {
        let jobs = configuration.subscriptions.flatMap(\.handlers).flatMap { handler in
            handler.tasks.map { Job(handler: handler.name, queue: handler.queue, task: $0) }
        }
        warn(of: jobs)
        let kept = running.filter { jobs.contains($0.job) }
        let ended = running.filter { !jobs.contains($0.job) }.map(\.loop)
        for loop in ended { loop.cancel() }
        running =
            kept
            + jobs.filter { job in !kept.contains { $0.job == job } }.map { job in
                let loop = loop(for: job)
                return Running(
                    job: job,
                    loop: Task {
                        for one in ended { await one.value }
                        await loop.run()
                    })
            }
    }

    /// Sends nothing more. A message that is on its way may still arrive.
    mutating func stop() {
        for one in running { one.loop.cancel() }
        running = []
    }

    private func warn(of jobs: [Job]) {
        let names = jobs.filter { $0.task.schedule.catchUp == .once }.map(\.task.name)
        guard !memory.isKept, !names.isEmpty else { return }
        logger.warning(
            """
            What periodic tasks miss while the daemon is down is not made up for, for there is no \
            state directory of its own (\(names.joined(separator: ", "))): set state_directory
            """, metadata: ["event_id": .string(EventID.taskTroubled.rawValue)])
    }

    private func loop(for job: Job) -> PeriodicTaskLoop {
        var logger = logger
        logger[metadataKey: "queue"] = .string(job.queue.name)
        return PeriodicTaskLoop(
            handler: job.handler, task: job.task, isFIFO: job.queue.isFIFO, memory: memory,
            world: world(for: job.queue), logger: logger)
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
