import Calendar
import Daemon
import FoundationEssentials
import Logging
import MessageHandling
import SQS
import SubscriberConfiguration
import Synchronization
import TestKit
import Testing

/// A world whose time passes only while the loop sleeps, and ends after a while.
private final class World: Sendable {
    struct State {
        var now: Double
        var sent: [SendEntry] = []
        var attempts: [Double] = []
        /// Sending fails before this.
        var worksFrom: Double
        /// What one sleep adds beside what was asked: the machine was suspended.
        var suspensions: [Double]
    }

    let state: Mutex<State>
    private let end: Double

    init(
        now: Double, end: Double, worksFrom: Double = 0, deniedFrom: Double = .infinity,
        suspensions: [Double] = []
    ) {
        self.deniedFrom = deniedFrom
        state = Mutex(State(now: now, worksFrom: worksFrom, suspensions: suspensions))
        self.end = end
    }

    private let down = SQSError(.transient, code: "unreachable", "nothing answers")
    /// Sending fails otherwise from then on.
    private let deniedFrom: Double

    var loop: PeriodicTaskLoop.World {
        PeriodicTaskLoop.World(
            now: { self.state.withLock { $0.now } },
            sleep: { duration in
                let isOver = self.state.withLock { state in
                    state.now += max(duration / .seconds(1), 0.001)
                    if !state.suspensions.isEmpty { state.now += state.suspensions.removeFirst() }
                    return state.now >= self.end
                }
                if isOver { withUnsafeCurrentTask { $0?.cancel() } }
            },
            send: { entry in
                try self.state.withLock { state in
                    state.attempts.append(state.now)
                    guard state.now >= state.worksFrom else {
                        throw state.now >= self.deniedFrom
                            ? SQSError(.denied, code: "AccessDenied", "not allowed") : self.down
                    }
                    state.sent.append(entry)
                }
            })
    }

    /// The times that messages were sent for.
    var times: [String] {
        state.withLock { state in
            state.sent.compactMap { entry in
                guard
                    case .text(let time)? = entry.attributes["beanstalk.sqsd.scheduled_time"]?.value
                else { return nil }
                return time
            }
        }
    }
}

/// 2026-01-01 00:00 UTC.
private let newYear: Double = 1_767_225_600
private let hour: Double = 3_600

@Suite(.timeLimit(.minutes(1)))
struct PeriodicTaskTests {
    private func run(
        _ world: World, cron: String = "@hourly", catchUp: Schedule.CatchUp = .once,
        isFIFO: Bool = false, memory: TaskMemory = TaskMemory(directory: nil),
        lines: LogRecorder = LogRecorder()
    ) async throws {
        let task = ScheduledTask(
            name: "nightly", schedule: Schedule(try Crontab(cron), in: .utc, catchUp: catchUp),
            times: cron, body: "{}", path: "/tasks/nightly")
        let loop = PeriodicTaskLoop(
            handler: "orders", task: task, isFIFO: isFIFO, memory: memory, world: world.loop,
            logger: Logger(label: "test") { _ in lines.handler })
        await Task { await loop.run() }.value
    }

    @Test func `a message is sent at each time, and none before the first`() async throws {
        let world = World(now: newYear + 1, end: newYear + 3.5 * hour)
        try await run(world)
        #expect(
            world.times == [
                "2026-01-01T01:00:00Z", "2026-01-01T02:00:00Z", "2026-01-01T03:00:00Z",
            ])
        let attempts = world.state.withLock { $0.attempts }
        for (index, attempt) in attempts.enumerated() {
            let due = newYear + Double(index + 1) * hour
            #expect(attempt >= due && attempt < due + 1)
        }
    }

    @Test func `a message says what it is, and of a FIFO queue that it is the same on all hosts`()
        async throws
    {
        for isFIFO in [false, true] {
            let world = World(now: newYear + 1, end: newYear + 1.5 * hour)
            try await run(world, isFIFO: isFIFO)
            let text = { (value: String) in
                MessageAttribute(dataType: "String", value: .text(value))
            }
            let expected = SendEntry(
                id: "0", body: "{}",
                attributes: [
                    "beanstalk.sqsd.task_name": text("nightly"),
                    "beanstalk.sqsd.scheduled_time": text("2026-01-01T01:00:00Z"),
                    "beanstalk.sqsd.path": text("/tasks/nightly"),
                ], groupID: isFIFO ? "nightly" : nil,
                deduplicationID: isFIFO ? "nightly@2026-01-01T01:00:00Z" : nil)
            #expect(world.state.withLock { $0.sent } == [expected])
        }
    }

    @Test(arguments: [
        (Schedule.CatchUp.once, ["2026-01-01T10:00:00Z", "2026-01-01T11:00:00Z"]),
        (.skip, ["2026-01-01T11:00:00Z"]),
    ])
    func `what was missed while the daemon was down is made up for once, or skipped`(
        catchUp: Schedule.CatchUp, expected: [String]
    ) async throws {
        let memory = TaskMemory(directory: nil)
        try memory.remember(Int(newYear), for: "orders.nightly", at: "@hourly")
        let world = World(now: newYear + 10.5 * hour, end: newYear + 11.5 * hour)
        try await run(world, catchUp: catchUp, memory: memory)
        #expect(world.times == expected)
    }

    @Test func `what was missed in a sleep of the machine is made up for once`() async throws {
        let world = World(
            now: newYear + 1, end: newYear + 6.5 * hour, suspensions: [0, 5.2 * hour])
        try await run(world)
        #expect(world.times == ["2026-01-01T05:00:00Z", "2026-01-01T06:00:00Z"])
    }

    @Test func `a message that cannot be sent is tried again, ever less often`() async throws {
        let world = World(
            now: newYear + 1, end: newYear + 2.5 * hour, worksFrom: newYear + 1.5 * hour)
        try await run(world)
        #expect(world.times == ["2026-01-01T01:00:00Z", "2026-01-01T02:00:00Z"])
        let count = world.state.withLock { $0.attempts.count }
        // Half an hour with a pause of at most 30 s: the clock is looked at that often.
        #expect(count > 30 && count < 80)
    }

    @Test func `why it cannot be sent is said once for each reason, and when its time is over`()
        async throws
    {
        let world = World(
            now: newYear + 1, end: newYear + 2.1 * hour, worksFrom: .infinity,
            deniedFrom: newYear + 1.5 * hour)
        let lines = LogRecorder()
        try await run(world, lines: lines)
        let advice = "Check endpoint_url, and what is on the way: a firewall, a proxy, no route."
        let one = "task nightly for 2026-01-01T01:00:00Z: could not be sent"
        #expect(
            lines.texts == [
                "\(one), and is tried again: nothing answers. \(advice)",
                "\(one), and is tried again: not allowed",
                "\(one) until the task was due again: not allowed",
                "task nightly for 2026-01-01T02:00:00Z: could not be sent, and is tried again: "
                    + "not allowed",
            ])
    }

    @Test func `the memory outlives the process, and a file that is none is no memory`() throws {
        let folder = try TemporaryFolder()
        let memory = { TaskMemory(directory: folder.path) }
        let times = "@hourly UTC"
        #expect(memory().lastRun(of: "a.b", at: times) == nil)
        try memory().remember(Int(newYear), for: "a.b", at: times)
        #expect(memory().lastRun(of: "a.b", at: times) == Int(newYear))
        #expect(memory().lastRun(of: "a.c", at: times) == nil)
        for content in ["x\n", "\(Int(newYear))\n", "x\n\(times)\n", ""] {
            try folder.write("schedule.a.b", content.utf8)
            #expect(memory().lastRun(of: "a.b", at: times) == nil)
        }
        #expect(throws: (any Error).self) {
            try TaskMemory(directory: "/nonexistent").remember(1, for: "a.b", at: times)
        }
    }

    @Test func `a task whose times were changed has missed none of the new ones`() async throws {
        let memory = TaskMemory(directory: nil)
        try memory.remember(Int(newYear), for: "orders.nightly", at: "0 5 * * *")
        #expect(memory.lastRun(of: "orders.nightly", at: "@hourly") == nil)
        let world = World(now: newYear + 10.5 * hour, end: newYear + 11.5 * hour)
        try await run(world, memory: memory)
        #expect(world.times == ["2026-01-01T11:00:00Z"])
    }

    @Test func `a clock that was years ahead does not silence a task for years`() async throws {
        let memory = TaskMemory(directory: nil)
        try memory.remember(Int(newYear + 30_000 * hour), for: "orders.nightly", at: "@hourly")
        let world = World(now: newYear + 10.5 * hour, end: newYear + 11.5 * hour)
        try await run(world, memory: memory)
        #expect(world.times == ["2026-01-01T11:00:00Z"])
    }

    @Test func `a clock that is corrected backwards does not bring a time again`() async throws {
        let memory = TaskMemory(directory: nil)
        try memory.remember(Int(newYear + 11 * hour), for: "orders.nightly", at: "@hourly")
        let world = World(now: newYear + 10.5 * hour, end: newYear + 12.5 * hour)
        try await run(world, memory: memory)
        #expect(world.times == ["2026-01-01T12:00:00Z"])
    }

    /// As on a machine without a clock of its own, before the network has told it the time.
    @Test(arguments: [
        (nil, ["2026-01-01T11:00:00Z"]),
        (newYear + 10 * hour, ["2026-01-01T11:00:00Z"]),
        (newYear + 4 * hour, ["2026-01-01T10:00:00Z", "2026-01-01T11:00:00Z"]),
    ])
    func `a clock that is not set yet is waited for, and makes no time a missed one`(
        last: Double?, expected: [String]
    ) async throws {
        let memory = TaskMemory(directory: nil)
        if let last { try memory.remember(Int(last), for: "orders.nightly", at: "@hourly") }
        let world = World(
            now: 5, end: newYear + 11.5 * hour, suspensions: [0, 0, newYear + 10.5 * hour])
        try await run(world, memory: memory)
        #expect(world.times == expected)
    }

    @Test func `a clock that is set back to the beginning of time is waited for`() async throws {
        let world = World(
            now: newYear + 2.3 * hour, end: newYear + 3.5 * hour,
            suspensions: [0, -newYear, 0, newYear + 0.2 * hour])
        try await run(world)
        #expect(world.times == ["2026-01-01T03:00:00Z"])
    }

    @Test func `a clock that was days behind when it is set makes no time a missed one`()
        async throws
    {
        let memory = TaskMemory(directory: nil)
        try memory.remember(Int(newYear + 100 * hour), for: "orders.nightly", at: "@hourly")
        let world = World(
            now: newYear + 1, end: newYear + 101.5 * hour, suspensions: [0, 100.5 * hour])
        try await run(world, memory: memory)
        #expect(world.times == ["2026-01-05T05:00:00Z"])
    }

    @Test func `an outage of the queue is no missed time, until the next one has come`()
        async throws
    {
        let short = World(
            now: newYear + 1, end: newYear + 1.9 * hour, worksFrom: newYear + 1.5 * hour)
        try await run(short, catchUp: .skip)
        #expect(short.times == ["2026-01-01T01:00:00Z"])
        let long = World(
            now: newYear + 1, end: newYear + 3.9 * hour, worksFrom: newYear + 3.5 * hour)
        try await run(long, catchUp: .skip)
        #expect(long.times == ["2026-01-01T03:00:00Z"])
    }
}
