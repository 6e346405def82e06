import MessageHandling
import SQS
import SubscriberEngine
import Testing

/// In a fan-out a handler that rejected a message is over with it, whatever the others want.
@Suite struct RejectionTests {
    private static let bad = HandlerResult.outcome(.reject(reason: "bad"))
    private static let retry = HandlerResult.outcome(.retry(after: nil))
    private static let kept = Completion(
        messageID: "a", handlers: [], rejections: [.init(handler: "handler0", reason: "bad")],
        isDeletable: false)

    private static func scene(deadLetters: Bool, completions: [Completion] = []) -> Scene {
        Scene(
            handlers: [.plain(0), .plain(1)],
            queue: QueueSettings(deadLetterQueueURL: deadLetters ? "dead" : nil),
            completions: completions)
    }

    @Test func `it does not run again because another handler wants the message back`() {
        var scene = Self.scene(deadLetters: true)
        scene.receive(["a"])
        scene.finish(1, Self.bad, handler: 0)
        scene.finish(1, Self.retry, handler: 1)
        #expect(scene.kept == [.remembered(Self.kept)])
        scene.receive(["a"], count: 2)
        #expect(scene.runs(of: 0).isEmpty)
        #expect(scene.runs(of: 1) == [2])
        scene.finish(2, handler: 1)
        #expect(
            scene.effects.contains { effect in
                if case .deadLetter(LeaseID(2), "bad", HandlerID(0)) = effect {
                    true
                } else {
                    false
                }
            })
        scene.send(.deadLetterAnswered(LeaseID(2), nil))
        scene.pass(.milliseconds(50))
        #expect(scene.deletes == [[2]])
    }

    @Test func `nor in a later process`() {
        var scene = Self.scene(deadLetters: true, completions: [Self.kept])
        scene.receive(["a"], count: 2)
        #expect(scene.runs(of: 0).isEmpty)
        #expect(scene.runs(of: 1) == [1])
    }

    @Test func `it is kept while another one takes its time`() {
        var scene = Self.scene(deadLetters: true)
        scene.receive(["a"])
        scene.finish(1, Self.bad, handler: 0)
        #expect(scene.kept.isEmpty)
        scene.pass(.seconds(16))
        #expect(scene.kept == [.remembered(Self.kept)])
    }

    /// The handler may be mended by then: nobody else is waited for.
    @Test(arguments: [false, true])
    func `a message that is rejected as a whole, and stays, is put to it again`(
        hasDeadLetters: Bool
    ) {
        var scene = Self.scene(deadLetters: hasDeadLetters, completions: [Self.kept])
        scene.receive(["a"], count: 2)
        scene.finish(1, handler: 1)
        if hasDeadLetters { scene.send(.deadLetterAnswered(LeaseID(1), .denied)) }
        #expect(scene.endings == [1: .leftToLapse(.rejected)])
        let done = Completion(messageID: "a", handlers: ["handler1"], isDeletable: false)
        #expect(scene.kept.last == .remembered(done))
        scene.receive(["a"], count: 3)
        #expect(scene.runs(of: 0) == [2])
        #expect(scene.runs(of: 1).isEmpty)
    }

    @Test func `the only handler of a message is asked each time`() {
        var scene = Scene()
        scene.receive(["a"])
        scene.finish(1, Self.bad)
        #expect(scene.kept.isEmpty)
        scene.receive(["a"], count: 2)
        #expect(scene.runs == [2])
    }

    @Test func `of a long reason the beginning is kept`() {
        var scene = Self.scene(deadLetters: true)
        scene.receive(["a"])
        let reason = String(repeating: "x", count: 5_000)
        scene.finish(1, .outcome(.reject(reason: reason)), handler: 0)
        scene.finish(1, Self.retry, handler: 1)
        guard case .remembered(let completion)? = scene.kept.first else {
            Issue.record("nothing is kept")
            return
        }
        #expect(completion.rejections.map(\.reason.count) == [Completion.Rejection.longestReason])
    }

    @Test func `a reason of one character that is long is cut like any other`() {
        let character = "a" + String(repeating: "\u{301}", count: 5_000)
        let rejection = Completion.Rejection(handler: "h", reason: character)
        #expect(rejection.reason.unicodeScalars.count == Completion.Rejection.longestReason)
    }
}
