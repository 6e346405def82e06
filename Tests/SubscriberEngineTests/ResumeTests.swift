import MessageHandling
import SQS
import SubscriberEngine
import Testing

/// A queue that is wanted again before its stop is over.
@Suite struct ResumeTests {
    /// What runs in a queue that leaves may take its time.
    private static func leave(_ scene: Scene) -> Event {
        .stop(graceUntil: scene.now + .seconds(43_200))
    }

    /// The receives that were cut come back.
    private static func cut(_ scene: inout Scene) {
        for receive in scene.out { scene.send(.receiveCancelled(receive.poll)) }
    }

    @Test func `it is received from at once, and what runs goes on`() {
        var scene = Scene(handlers: [.plain(concurrency: 2)])
        scene.receive(["a"])
        scene.send(Self.leave(scene))
        Self.cut(&scene)
        scene.pass(.seconds(5))
        #expect(scene.receives.isEmpty)
        scene.send(.resume)
        #expect(scene.reports == [.drainCalledOff(running: 1)])
        #expect(scene.receives.count == 1)
        #expect(scene.cancels.isEmpty)
        scene.receive(["b"])
        #expect(scene.runs == [2])
        scene.finish(1)
        scene.finish(2)
        #expect(scene.subscription.snapshot().unconfirmed == 2)
        scene.pass(.seconds(1))
        #expect(!scene.isFinished)
    }

    @Test func `what ran counts for its handler's room`() {
        var scene = Scene(handlers: [.plain(concurrency: 1)])
        scene.receive(["a"])
        scene.send(Self.leave(scene))
        scene.send(.resume)
        #expect(scene.receives.isEmpty)
        scene.finish(1)
        #expect(!scene.receives.isEmpty)
    }

    @Test func `a message waits for the one of its group that runs since before`() {
        var scene = Scene(fifo: true)
        scene.receive(["a", "b"], groups: ["g", "g"])
        scene.send(Self.leave(scene))
        #expect(scene.changes == [2: 0])
        scene.answer()
        scene.send(.resume)
        scene.receive(["b", "x"], groups: ["g", "h"], count: 2)
        #expect(scene.runs == [4])
        scene.finish(1)
        #expect(scene.runs == [3])
    }

    @Test func `one of which nothing ran is served again while its last answers are missing`() {
        var scene = Scene()
        scene.receive(["a"])
        scene.finish(1)
        scene.send(Self.leave(scene))
        #expect(scene.subscription.snapshot().drain == .closing)
        let deletes = scene.effects
        scene.send(.resume)
        for case .delete(let batch, _) in deletes {
            scene.send(.deleteAnswered(batch, failed: [:]))
        }
        #expect(scene.endings == [1: .deleted])
        scene.pass(.seconds(30))
        #expect(!scene.isFinished)
        #expect(scene.subscription.snapshot().drain == .running)
    }

    @Test func `a stop that has told handlers to end goes on`() {
        var scene = Scene()
        scene.receive(["a"])
        scene.send(.stopNow)
        scene.send(.resume)
        #expect(scene.reports.isEmpty && scene.receives.isEmpty)
        Self.cut(&scene)
        scene.finish(1, .cancelled)
        scene.answer()
        #expect(scene.isFinished)
    }

    @Test func `one that serves is not disturbed`() {
        var scene = Scene()
        scene.receive(["a"])
        scene.send(.resume)
        #expect(scene.reports.isEmpty)
    }
}
