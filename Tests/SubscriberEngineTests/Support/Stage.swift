import Logging
import MessageHandling
import SQS
import SubscriberEngine
import TestKit
import Testing

/// An intake made of closures.
struct ScriptedIntake: MessageIntake {
    typealias Disposal = @Sendable () async -> Void

    /// Whether each handler gets the message, in their order; nil: the first gets every message.
    var matcher: (@Sendable (Message) async -> [Bool])?
    var content: (@Sendable (Message) async -> Arrival.Content)?
    var disposal: (@Sendable (Message) -> Disposal?)?

    func arrival(of message: Message) async -> Arrival {
        let wants = await matcher?(message) ?? [true]
        return Arrival(
            message, takers: wants.indices.filter { wants[$0] }, content: await content?(message),
            disposal: disposal?(message))
    }
}

/// A driver with all it needs.
struct Stage {
    let service = FakeService()
    let slots = SlotPool(slots: 16)
    let workers = WorkerPool(lanes: 4)
    let reports = Recorder<Report>()
    let kept = Recorder<CompletionChange>()
    let clock: any EngineClock
    let driver: SubscriptionDriver

    init(
        clock: any EngineClock = MonotonicClock(), settings: QueueSettings = .init(),
        name: String = "demo",
        logger: Logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
        completions: [Completion] = [], intake: ScriptedIntake? = nil,
        deadLetters: DeadLetterOffice = DeadLetterOffice(),
        _ handlers: [RegisteredHandler]
    ) {
        self.clock = clock
        let (reports, kept) = (reports, kept)
        driver = SubscriptionDriver(
            queue: Queue(name: name, url: "http://localhost/\(name)"), settings: settings,
            handlers: handlers, intake: intake,
            start: SubscriptionDriver.Start(completions: completions, seed: 1),
            context: SubscriptionDriver.Context(
                service: service, slots: slots, workers: workers, clock: clock, logger: logger),
            listeners: SubscriptionDriver.Listeners(
                report: { report, _ in reports.record(report) }, keep: { kept.record($0) },
                deadLetters: deadLetters))
    }

    /// Waits until so many runs were reported.
    func waitForHandled(_ count: Int) async {
        await reports.wait { reports in
            reports.count { if case .handled = $0 { true } else { false } } >= count
        }
    }

    /// Runs the driver around a test, and stops it after it.
    func run(_ test: () async throws -> Void) async rethrows {
        async let over: Void = driver.run()
        try await test()
        driver.stop(graceUntil: clock.now() + .seconds(10))
        await over
        #expect(slots.inUse == 0)
    }
}

func handler(
    _ name: String = "h", concurrency: Int = 4,
    _ body: @escaping @Sendable (Message, HandlerContext) async throws -> Outcome
) -> RegisteredHandler {
    RegisteredHandler(
        name: name, handler: ClosureHandler(body), concurrency: concurrency)
}
