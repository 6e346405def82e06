import SQSSubscriber
import Testing

/// What the author of a handler sees in a test is what the daemon makes of it.
@Suite(.timeLimit(.minutes(1))) struct HandlerTesterTests {
    private struct Closure: MessageHandler {
        let body: @Sendable (Message, HandlerContext) async throws -> Outcome

        func handle(_ message: Message, context: HandlerContext) async throws -> Outcome {
            try await body(message, context)
        }
    }

    private struct Broken: Error {}

    private func result(
        _ body: @escaping @Sendable (Message, HandlerContext) async throws -> Outcome
    ) async -> HandlerTester.Result {
        await HandlerTester(Closure(body: body), name: "orders").handle(.test(body: "hello"))
    }

    @Test func `an outcome is passed on`() async {
        #expect(await result { _, _ in .done } == .outcome(.done))
        #expect(
            await result { _, _ in .retry(after: .seconds(5)) }
                == .outcome(.retry(after: .seconds(5))))
        #expect(
            await result { message, context in
                .reject(reason: "\(context.handlerName): \(message.body)")
            } == .outcome(.reject(reason: "orders: hello")))
    }

    @Test func `what is thrown is told apart`() async {
        #expect(await result { _, _ in throw Broken() } == .threw("Broken()"))
        #expect(
            await result { _, _ in throw HandlerUnavailable("no database") }
                == .unavailable("no database"))
    }

    @Test func `a handler that takes longer than its timeout is cancelled, and comes back`() async {
        let tester = HandlerTester(
            Closure { _, _ in
                // Nothing comes: it ends with the task.
                let (nothing, source) = AsyncStream<Void>.makeStream()
                for await _ in nothing {}
                source.finish()
                return .done
            }, timeout: .milliseconds(20))
        #expect(await tester.handle(.test(body: "")) == .outcome(.retry()))
    }

    @Test func `the deadline is the timeout's, and extensions are seen`() async {
        let (asked, extensions) = AsyncStream<Duration>.makeStream()
        let started = ContinuousClock.now
        let tester = HandlerTester(
            Closure { _, context in
                let before = context.deadline
                guard before > started + .seconds(60), before < .now + .seconds(61) else {
                    return .reject(reason: "\(before)")
                }
                return context.extend(by: .seconds(5)) == before + .seconds(5) ? .done : .retry()
            }, timeout: .seconds(60)
        ) { extensions.yield($0) }
        #expect(await tester.handle(.test(body: "")) == .outcome(.done))
        extensions.finish()
        #expect(await asked.reduce(into: []) { $0.append($1) } == [.seconds(5)])
    }

    @Test func `a cancelled handler does not count, whatever it returns`() async {
        let task = Task {
            await result { _, _ in
                withUnsafeCurrentTask { $0?.cancel() }
                return .done
            }
        }
        #expect(await task.value == .cancelled)
    }
}
