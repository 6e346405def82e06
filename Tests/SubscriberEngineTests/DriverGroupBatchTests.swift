import MessageHandling
import SQS
import SubscriberEngine
import TestKit
import Testing

/// Messages of a group reach a handler that takes several at once together.
@Suite(.timeLimit(.minutes(1))) struct DriverGroupBatchTests {
    private struct Batching: Handler {
        let seen: Recorder<[String]>
        var failing = ""

        var groupBatch: Int { 10 }

        func handle(_ message: Message, context: HandlerContext) async throws -> HandlerResult {
            try await handle(inOrder: [(message, context)])[0]
        }

        func handle(
            inOrder messages: [(Message, HandlerContext)]
        ) async throws -> [HandlerResult] {
            seen.record(messages.map(\.0.body))
            return messages.map { $0.0.body == failing ? .retry() : .done }
        }
    }

    private let seen = Recorder<[String]>()

    private func stage(failing: String = "", intake: ScriptedIntake? = nil) -> Stage {
        Stage(
            name: "demo.fifo", intake: intake,
            [
                RegisteredHandler(
                    name: "h", handler: Batching(seen: seen, failing: failing), concurrency: 10)
            ])
    }

    @Test func `they are handled in their order and deleted`() async {
        let stage = stage()
        await stage.run {
            await stage.service.publish("a", "b", "c")
            await stage.service.waitForDeletes(3)
        }
        #expect(seen.items == [["a", "b", "c"]])
        #expect(stage.service.deleted == ["handle-a", "handle-b", "handle-c"])
    }

    @Test func `of what is said only that up to the first that is not done counts`() async {
        let stage = stage(failing: "b")
        await stage.run {
            await stage.service.publish("a", "b", "c")
            await stage.service.waitForDeletes(1)
            await stage.service.calls.wait { $0.contains(.change(["handle-c": .zero])) }
        }
        #expect(stage.service.deleted == ["handle-a"])
    }

    @Test func `one whose content is missing parts them, and nothing after it is handled`() async {
        let stage = stage(
            intake: ScriptedIntake(content: { message in
                message.body == "b" ? .missing(.retry()) : .message(message)
            }))
        await stage.run {
            await stage.service.publish("a", "b", "c")
            await stage.service.waitForDeletes(1)
            await stage.service.calls.wait { $0.contains(.change(["handle-c": .zero])) }
        }
        #expect(seen.items == [["a"]])
        #expect(stage.service.deleted == ["handle-a"])
    }
}
