import MessageHandling
import SQS
import SubscriberEngine
import TestKit
import Testing

/// Runs of a brief handler that start at once are one piece of work.
@Suite(.timeLimit(.minutes(1))) struct DriverBriefTests {
    private struct Brief: Handler {
        let seen: Recorder<[String]>
        var failing = ""
        /// Those after it are not answered for.
        var ending = ""

        var isBrief: Bool { true }

        func handle(_ message: Message, context: HandlerContext) async throws -> HandlerResult {
            await handle(together: [(message, context)])[0]
        }

        func handle(together messages: [(Message, HandlerContext)]) async -> [HandlerResult] {
            let bodies = messages.map(\.0.body)
            seen.record(bodies)
            let end = bodies.firstIndex(of: ending).map { $0 + 1 } ?? bodies.count
            return bodies.prefix(end).map { $0 == failing ? .unavailable("full") : .done }
        }
    }

    private let seen = Recorder<[String]>()

    private func stage(_ handlers: Brief..., intake: ScriptedIntake? = nil) -> Stage {
        Stage(
            intake: intake,
            handlers.enumerated().map { place, handler in
                RegisteredHandler(name: "h\(place)", handler: handler, concurrency: 20)
            })
    }

    @Test func `they are handled together and deleted`() async {
        let stage = stage(Brief(seen: seen))
        await stage.run {
            await stage.service.publish("a", "b", "c")
            await stage.service.waitForDeletes(3)
        }
        #expect(seen.items.flatMap(\.self) == ["a", "b", "c"])
        #expect(seen.items.count == 1)
    }

    @Test func `two handlers of a message get it each`() async {
        let stage = stage(Brief(seen: seen), Brief(seen: seen))
        await stage.run {
            await stage.service.publish("a", "b")
            await stage.service.waitForDeletes(2)
        }
        #expect(seen.items.flatMap(\.self).sorted() == ["a", "a", "b", "b"])
    }

    @Test func `what one could not do comes back, and the others are done`() async {
        let stage = stage(Brief(seen: seen, failing: "b"))
        await stage.run {
            await stage.service.publish("a", "b", "c")
            await stage.service.waitForDeletes(2)
        }
        #expect(stage.service.deleted == ["handle-a", "handle-c"])
    }

    @Test func `one that is not answered for comes back`() async {
        let stage = stage(Brief(seen: seen, ending: "b"))
        await stage.run {
            await stage.service.publish("a", "b", "c")
            await stage.service.waitForDeletes(2)
            await stage.service.calls.wait { $0.contains(.change(["handle-c": .zero])) }
        }
        #expect(stage.service.deleted == ["handle-a", "handle-b"])
    }
}
