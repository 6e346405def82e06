import HandlerLibrary
import Logging
import MessageHandling
import TestKit
import Testing

/// The time that a handler in Swift has, and how it asks for more.
@Suite(.timeLimit(.minutes(1))) struct TimeLimitTests {
    private func run(
        timeout: Duration?, notes: RunNotes = RunNotes(),
        _ body: @escaping @Sendable (HandlerContext) async throws -> Outcome
    ) async throws -> HandlerResult {
        try await TimeLimitedHandler(
            ClosureHandler { _, context in try await body(context) }, timeout: timeout
        ).handle(
            Message(
                id: "m", receiptHandle: "r", body: "b",
                queue: Queue(name: "q", url: "http://127.0.0.1/q")),
            context: HandlerContext(
                handlerName: "h", logger: Logger(label: "test"), notes: notes))
    }

    /// Ends only by being cancelled.
    private static func forever() async -> Bool {
        let (never, _) = AsyncStream.makeStream(of: Never.self)
        for await _ in never {}
        return Task.isCancelled
    }

    @Test func `a handler in time keeps its outcome`() async throws {
        #expect(try await run(timeout: .seconds(60)) { _ in .done } == .done)
        #expect(try await run(timeout: nil) { _ in .reject(reason: "x") } == .reject(reason: "x"))
    }

    @Test func `a handler beyond its time is cancelled and its message comes back`() async throws {
        let notes = RunNotes()
        let outcome = try await run(timeout: .milliseconds(20), notes: notes) { _ in
            #expect(await Self.forever())
            return .done
        }
        #expect(outcome == .retry())
        #expect(notes.detail.ending == "still running after 20 ms (timeout), cancelled")
    }

    @Test func `a handler that extends its time is not cancelled at the old deadline`() async throws
    {
        let outcome = try await run(timeout: .seconds(4)) { context in
            let old = context.deadline
            context.extend(by: .seconds(50))
            try await TimeLimit(old - .now + .milliseconds(100)).untilPassed()
            #expect(ContinuousClock.now > old && !Task.isCancelled)
            return .done
        }
        #expect(outcome == .done)
    }

    @Test func `nothing extends a time beyond what SQS allows, or after it has passed`() {
        let limit = TimeLimit(.seconds(1))
        let start = ContinuousClock.now
        let extended = limit.extend(by: .seconds(24 * 3600))
        #expect(extended <= start + HandlerContext.longestTime)
        #expect(extended > start + .seconds(11 * 3600))
        #expect(limit.extend(by: .seconds(-5)) == extended)
        let passed = TimeLimit(.zero)
        #expect(passed.extend(by: .seconds(5)) == passed.deadline)
    }

    @Test func `an error of the handler passes through`() async {
        await #expect(throws: HandlerUnavailable.self) {
            try await run(timeout: .seconds(60)) { _ in throw HandlerUnavailable("x") }
        }
    }
}
