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
        var failures = SendFailures()
        /// Due, and not sent yet.
        var pending: Schedule.Due?
        remember(progress.last)
        while !Task.isCancelled {
            if let former = progress.look(at: now) { sayClockIsBehind(former) }
            if let due = task.schedule.due(since: pending?.time ?? progress.last, now: now) {
                if let pending { gaveUp(pending, failures) }
                (pending, failures) = (due, SendFailures())
            }
            if let due = pending {
                if await send(due, &failures) {
                    progress.reach(due.time)
                    pending = nil
                    remember(progress.last)
                } else {
                    await pause(Self.backoff.ceiling(afterFailures: failures.count) / .seconds(1))
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
    /// How often in a row a message could not be sent, and why it could not last.
    private struct SendFailures {
        private(set) var count = 0
        private(set) var reason: String?
        private var code: String?

        /// Whether it failed for another reason than before.
        mutating func note(_ error: any Error) -> Bool {
            let error = error as? SQSError ?? SQSError(.transient, code: "", "\(error)")
            defer { code = error.code }
            count += 1
            reason = error.advised
            return code != error.code
        }
    }

    /// Whether it was sent. Said once for each time that fails, and each other reason.
    private func send(_ due: Schedule.Due, _ failures: inout SendFailures) async -> Bool {
        do {
            try await world.send(entry(at: Self.timestamp(due.time)))
            let missed = due.isLate ? ", which was missed" : ""
            let effort = failures.count > 0 ? ", after \(failures.count.counted("failure"))" : ""
            say(.info, .taskSent, due.time, "sent\(missed)\(effort)")
            return true
        } catch {
            if failures.note(error), !Task.isCancelled {
                say(
                    .warning, .taskTroubled, due.time,
                    "could not be sent, and is tried again: \(failures.reason ?? "")")
            }
            return false
        }
    }

    private func gaveUp(_ due: Schedule.Due, _ failures: SendFailures) {
        say(
            .error, .taskMissed, due.time,
            "could not be sent until the task was due again: \(failures.reason ?? "")")
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
