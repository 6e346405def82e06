import Logging
import MessageHandling
import SQS
import SubscriberEngine
import Testing

/// One thing that is asked of a queue about a message.
enum Fate: Sendable, Equatable {
    case deleted
    /// Its visibility timeout was set.
    case visible(after: Duration)
    case deadLettered
}

/// What a handler made of a message.
enum RunResult: Sendable, Equatable {
    case done
    case retry(after: Duration? = nil)
    case reject
    /// The handler cannot work at present.
    case unavailable
    case cancelled

    init(_ result: HandlerResult) {
        switch result {
        case .outcome(.done): self = .done
        case .outcome(.retry(let delay)): self = .retry(after: delay)
        case .outcome(.reject): self = .reject
        case .threw: self = .retry()
        case .failed(after: let delay): self = .retry(after: delay)
        case .unavailable: self = .unavailable
        case .cancelled: self = .cancelled
        }
    }
}

/// One row: a kind of handler, what happens when it gets its message, what that means, and what the
/// queue sees of it.
struct Row: Sendable, CustomTestStringConvertible {
    let kind: String
    /// What happens, in words.
    let happening: String
    let handler: any Handler
    let result: RunResult
    /// Nothing: the visibility timeout brings the message back.
    let fate: [Fate]
    var message = QueueSpy.message("hello")
    var retry = RetryPolicy.visibilityTimeout
    var policy: HandlerPolicy {
        var policy = HandlerPolicy()
        policy.retry = retry
        return policy
    }
    var hasDeadLetterQueue = false
    /// The daemon is told to stop at once when the handler has begun.
    var isStopped = false

    var testDescription: String { "\(kind): \(happening) → \(result), \(fate)" }
}

/// Says when its handler is given a message.
private struct Announcing: Handler {
    let handler: any Handler
    let begun: AsyncStream<Void>.Continuation

    func handle(_ message: Message, context: HandlerContext) async throws -> HandlerResult {
        begun.yield()
        return try await handler.handle(message, context: context)
    }
}

/// The outcomes of all kinds of handlers as one table, through the engine to the queue.
///
/// Another kind adds a file of rows, and its rows here.
@Suite(.timeLimit(.minutes(2)))
struct OutcomeTests {
    static let rows =
        ExecRows.all + HTTPRows.all + LambdaRows.all + JournalRows.all
        + SwiftRows.all

    @Test(arguments: rows)
    func `what happens in a handler is what the queue sees`(row: Row) async {
        let queue = QueueSpy(row.message)
        let (results, inbox) = AsyncStream<RunResult>.makeStream()
        let (beginnings, begun) = AsyncStream<Void>.makeStream()
        let clock = MonotonicClock()
        let driver = SubscriptionDriver(
            queue: QueueSpy.queue,
            settings: QueueSettings(
                deadLetterQueueURL: row.hasDeadLetterQueue ? QueueSpy.deadLetterQueueURL : nil),
            handlers: [
                RegisteredHandler(
                    name: "h", handler: Announcing(handler: row.handler, begun: begun),
                    concurrency: 1, policy: row.policy)
            ], start: SubscriptionDriver.Start(seed: 1),
            context: SubscriptionDriver.Context(
                service: queue, slots: SlotPool(slots: 1), workers: WorkerPool(lanes: 1),
                clock: clock, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }),
            listeners: SubscriptionDriver.Listeners(report: { report, _ in
                if case .handled(let run) = report { inbox.yield(RunResult(run.result)) }
            }))
        async let over: Void = driver.run()
        if row.isStopped {
            await beginnings.first { _ in true }
            driver.stopNow()
        }
        let result = await results.first { _ in true }
        driver.stop(graceUntil: clock.now() + .seconds(60))
        await over
        #expect(result == row.result)
        #expect(queue.fate == row.fate)
    }

    @Test func `every kind has its rows, none is there twice`() {
        #expect(Self.rows.count >= 60)
        let names = Self.rows.map { "\($0.kind) \($0.happening)" }
        #expect(Set(names).count == names.count)
    }
}
