import Intake
import Logging
import MessageHandling
import SubscriberEngine
import Synchronization
import Testing

/// What several handlers of one message are given, through the engine.
@Suite(.timeLimit(.minutes(1))) struct SharedContentTests {
    /// `hello hello hello`, by the gzip module of Python.
    private static let packed = "H4sIAAAAAAACA8tIzcnJV8hAkACAiPnlEQAAAA=="

    /// Keeps what it is given, which keeps its bytes where they are.
    private final class Keeper: Handler {
        let bodies = Mutex<[String]>([])

        func handle(_ message: Message, context: HandlerContext) async throws -> HandlerResult {
            bodies.withLock { $0.append(message.body) }
            return .done
        }
    }

    /// Where the text of a body is in memory: another copy of it is elsewhere.
    private static func place(of body: String) -> UInt? {
        var body = body
        return body.withUTF8 { bytes in bytes.baseAddress.map { UInt(bitPattern: $0) } }
    }

    @Test func `a gzip body is inflated once for all handlers of its message`() async {
        let queue = QueueSpy(QueueSpy.message(Self.packed))
        let keeper = Keeper()
        let clock = MonotonicClock()
        let (deletes, inbox) = AsyncStream<Void>.makeStream()
        let driver = SubscriptionDriver(
            queue: QueueSpy.queue, settings: QueueSettings(),
            handlers: ["a", "b", "c"].map {
                RegisteredHandler(name: $0, handler: keeper, concurrency: 1)
            },
            intake: QueueIntake(
                Array(repeating: QueueIntake.Taker(match: nil), count: 3), unwrap: [.gzip]),
            start: SubscriptionDriver.Start(seed: 1),
            context: SubscriptionDriver.Context(
                service: queue, slots: SlotPool(slots: 1), workers: WorkerPool(lanes: 3),
                clock: clock, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }),
            listeners: SubscriptionDriver.Listeners(report: { report, _ in
                if case .handled(let run) = report, run.aftermath == .deleted { inbox.yield() }
            }))
        async let over: Void = driver.run()
        await deletes.first { _ in true }
        driver.stop(graceUntil: clock.now() + .seconds(60))
        await over
        let bodies = keeper.bodies.withLock { $0 }
        #expect(bodies == Array(repeating: "hello hello hello", count: 3))
        #expect(Set(bodies.map(Self.place)).count == 1)
        #expect(queue.fate == [.deleted])
    }
}
