import MessageHandling
import SQS
import SubscriberEngine
import TestKit
import Testing

/// What belongs to a message elsewhere goes after the message, and only where nobody needs it.
@Suite(.timeLimit(.minutes(1))) struct DisposalTests {
    private let disposed = Recorder<String>()
    private static let dead = QueueSettings(deadLetterQueueURL: "http://localhost/dead")

    private func stage(
        settings: QueueSettings = DisposalTests.dead, completions: [Completion] = [],
        matcher: (@Sendable (Message) async -> [Bool])? = nil, _ handlers: [RegisteredHandler]
    ) -> Stage {
        Stage(
            settings: settings, completions: completions,
            intake: ScriptedIntake(
                matcher: matcher,
                disposal: { [disposed] message in
                    guard message.body == "a" else { return nil }
                    return { disposed.record(message.body) }
                }), handlers)
    }

    @Test func `it goes after the delete of a message that has something elsewhere`() async {
        let deletedBefore = Recorder<[String]>()
        let services = Recorder<FakeService>()
        let stage = Stage(
            intake: ScriptedIntake(disposal: { message in
                guard message.body == "a" else { return nil }
                return { deletedBefore.record(services.items.first?.deleted ?? []) }
            }), [handler { _, _ in .done }])
        services.record(stage.service)
        await stage.run {
            await stage.service.publish("a", "b")
            await stage.service.waitForDeletes(2)
        }
        #expect(deletedBefore.items.count == 1)
        #expect(deletedBefore.items.first?.contains("handle-a") == true)
    }

    @Test func `a stop waits for it`() async {
        let (gate, opener) = AsyncStream<Void>.makeStream()
        let over = Recorder<Bool>()
        let stage = Stage(
            intake: ScriptedIntake(disposal: { _ in
                {
                    for await _ in gate { break }
                    over.record(true)
                }
            }), [handler { _, _ in .done }])
        await stage.run {
            await stage.service.publish("a")
            await stage.service.waitForDeletes(1)
            opener.yield()
        }
        #expect(over.items == [true])
    }

    @Test func `a message that came back keeps what it has`() async {
        let stage = stage(
            settings: QueueSettings(), [handler { _, _ in .retry() }])
        await stage.run {
            await stage.service.publish("a")
            await stage.waitForHandled(1)
        }
        #expect(disposed.items.isEmpty)
    }

    @Test func `the dead-letter queue gets the message with what it has`() async {
        let stage = stage([handler { _, _ in .reject(reason: "bad") }])
        await stage.run {
            await stage.service.publish("a")
            await stage.service.waitForDeletes(1)
        }
        #expect(disposed.items.isEmpty)
    }

    @Test func `of a message that is here twice it goes once, with the last`() async {
        let stage = stage([handler { _, _ in .done }])
        await stage.run {
            await stage.service.publish("a", "a")
            await stage.service.waitForDeletes(2)
        }
        #expect(disposed.items == ["a"])
    }

    @Test(arguments: [
        (["h"], true),
        // Rejected in an earlier delivery, whose delete failed: the dead-letter queue has it.
        ([], false),
    ])
    func `a delete without a run tells handled from rejected`(
        doneBefore: [String], goes: Bool
    ) async {
        let known = Completion(messageID: "id-a", handlers: doneBefore, isDeletable: true)
        let stage = stage(completions: [known], [handler { _, _ in .retry() }])
        await stage.run {
            await stage.service.publish("a")
            await stage.service.waitForDeletes(1)
        }
        #expect(disposed.items == (goes ? ["a"] : []))
    }

    @Test(arguments: [(UnmatchedPolicy.delete, true), (.reject, false), (.leave, false)])
    func `what nothing matches fares as the message does`(
        policy: UnmatchedPolicy, goes: Bool
    ) async {
        var settings = Self.dead
        settings.unmatched = policy
        let stage = stage(
            settings: settings, matcher: { [$0.body == "b"] }, [handler { _, _ in .done }])
        await stage.run {
            await stage.service.publish("a", "b")
            await stage.service.waitForDeletes(policy == .leave ? 1 : 2)
        }
        #expect(disposed.items == (goes ? ["a"] : []))
    }
}
