import Calendar
import HTTP
import HandlerLibrary
package import Logging
import MessageHandling
package import SQS
package import SubscriberConfiguration

/// Sends the messages of one periodic task, each at its time, until it is cancelled.
package struct PeriodicTaskLoop: Sendable {
    /// Where time comes from and messages go.
    package struct World: Sendable {
        /// Seconds since 1970-01-01 UTC.
        var now: @Sendable () -> Double
        var sleep: @Sendable (Duration) async throws -> Void
        /// Sends to the task's queue.
        var send: @Sendable (SendEntry) async throws -> Void

        package init(
            now: @escaping @Sendable () -> Double,
            sleep: @escaping @Sendable (Duration) async throws -> Void,
            send: @escaping @Sendable (SendEntry) async throws -> Void
        ) {
            self.now = now
            self.sleep = sleep
            self.send = send
        }
    }

    /// The wall clock is looked at again after this: it may have been set, or the machine been
    /// asleep.
    static let longestSleep: Double = 30
    /// The pause between two attempts to send, doubled each time. A task is of some minute, so that
    /// more often is of no use.
    private static let backoff = Backoff(initial: .seconds(1), maximum: .seconds(60), drawn: 0)

    private let handler: String
    private let task: ScheduledTask
    private let isFIFO: Bool
    private let memory: TaskMemory
    private let world: World
    private let logger: Logger

    /// - Parameter handler: the name of the task's handler.
    package init(
        handler: String, task: ScheduledTask, isFIFO: Bool, memory: TaskMemory, world: World,
        logger: Logger
    ) {
        self.handler = handler
        self.task = task
        self.isFIFO = isFIFO
        self.memory = memory
        self.world = world
        var logger = logger
        logger[metadataKey: "handler"] = .string(handler)
        logger[metadataKey: "task"] = .string(task.name)
        self.logger = logger
    }

    package func run() async {
        await untilClockIsSet()
        guard !Task.isCancelled else { return }
        var progress = TaskProgress(last: memory.lastRun(of: key, at: task.times) ?? now)
        var failures = 0
        /// Due, and not sent yet.
        var pending: Schedule.Due?
        remember(progress.last)
        while !Task.isCancelled {
            if let former = progress.look(at: now) { sayClockIsBehind(former) }
            if let due = task.schedule.due(since: pending?.time ?? progress.last, now: now) {
                if let pending { gaveUp(pending) }
                (pending, failures) = (due, 0)
            }
            if let due = pending {
                if await send(due, failures: failures) {
                    progress.reach(due.time)
                    pending = nil
                    remember(progress.last)
                } else {
                    failures += 1
                    await pause(Self.backoff.ceiling(afterFailures: failures) / .seconds(1))
                }
            } else if let next = task.schedule.next(after: progress.last) {
                if next <= now {
                    say(.notice, .taskMissed, next, "times that were missed are skipped")
                    progress.reach(now)
                    remember(progress.last)
                }
                await pause(Double(next) - world.now())
            } else {
                // `check` has refused such an expression.
                return logger.error("task \(task.name) has no time to come")
            }
            await untilClockIsSet()
        }
    }

    private var key: String { "\(handler).\(task.name)" }

    private var now: Int { Int(world.now().rounded(.down)) }

    private func pause(_ seconds: Double) async {
        let seconds = min(max(seconds, 0), Self.longestSleep)
        // Woken by being cancelled: the loop ends.
        try? await world.sleep(.seconds(seconds))
    }

    /// What happened before is then neither missed nor forgotten.
    private func untilClockIsSet() async {
        guard now < TaskProgress.earliest else { return }
        say(.warning, .taskTroubled, now, "waits until the clock is set: it shows a time long past")
        while now < TaskProgress.earliest, !Task.isCancelled { await pause(Self.longestSleep) }
    }

    private func sayClockIsBehind(_ former: Int) {
        say(
            .warning, .taskTroubled, former,
            "was run by a clock that was ahead, or the clock is behind now; it goes on by the clock"
        )
    }

    private func remember(_ moment: Int) {
        do {
            try memory.remember(moment, for: key, at: task.times)
        } catch {
            logger.warning(
                """
                when task \(task.name) was last run cannot be written down: \(error). After a \
                restart, times that were missed may be passed over or made up for again
                """, metadata: ["event_id": .string(EventID.taskTroubled.rawValue)])
        }
    }
}

// The message.
extension PeriodicTaskLoop {
    /// Whether it was sent. Said once for each time that fails.
    private func send(_ due: Schedule.Due, failures: Int) async -> Bool {
        do {
            try await world.send(entry(at: Self.timestamp(due.time)))
            let missed = due.isLate ? ", which was missed" : ""
            let effort = failures > 0 ? ", after \(failures.counted("failure"))" : ""
            say(.info, .taskSent, due.time, "sent\(missed)\(effort)")
            return true
        } catch {
            if failures == 0, !Task.isCancelled {
                say(
                    .warning, .taskTroubled, due.time,
                    "could not be sent, and is tried again: \(error)")
            }
            return false
        }
    }

    private func gaveUp(_ due: Schedule.Due) {
        say(.error, .taskMissed, due.time, "could not be sent until the task was due again")
    }

    private func say(_ level: Logger.Level, _ event: EventID, _ time: Int, _ text: String) {
        let time = Self.timestamp(time)
        logger.log(
            level: level, "task \(task.name) for \(time): \(text)",
            metadata: ["event_id": .string(event.rawValue), "scheduled_at": .string(time)])
    }

    private func entry(at time: String) -> SendEntry {
        var attributes = [
            PeriodicTask.name: MessageAttribute(dataType: "String", value: .text(task.name)),
            PeriodicTask.scheduledTime: MessageAttribute(
                dataType: "String", value: .text(time)),
        ]
        attributes[PeriodicTask.path] = task.path.map {
            MessageAttribute(dataType: "String", value: .text($0))
        }
        return SendEntry(
            id: "0", body: task.body, attributes: attributes,
            groupID: isFIFO ? task.name : nil,
            deduplicationID: isFIFO ? "\(task.name)@\(time)" : nil)
    }

    private static func timestamp(_ seconds: Int) -> String {
        CivilTime(seconds: seconds).iso8601
    }
}
