import MessageHandling
import SQS
import SubscriberEngine
import Testing

@Suite struct DrainTests {
    static func graceful(_ scene: Scene, _ seconds: Int64 = 20) -> Event {
        .stop(graceUntil: scene.now + .seconds(seconds))
    }

    @Test func `an idle receive is cut at once, and then all is over`() {
        var scene = Scene()
        scene.send(Self.graceful(scene))
        #expect(scene.cutReceives == 1)
        #expect(!scene.isFinished)
        guard let poll = scene.out.last?.poll else { return }
        scene.send(.receiveCancelled(poll))
        #expect(scene.isFinished)
        #expect(scene.slots == 64)
    }

    @Test func `a receive of a busy queue gets a moment for its answer, which is released`() {
        var scene = Scene(handlers: [.plain(concurrency: 20)])
        scene.receive((0..<10).map { "\($0)" })
        for lease in 1...10 { scene.finish(UInt64(lease)) }
        scene.answer()
        scene.send(Self.graceful(scene))
        #expect(scene.cutReceives == 0)
        scene.receive(["x", "y"])
        #expect(scene.changes == [11: 0, 12: 0])
        #expect(scene.runs.isEmpty)
        scene.pass(.seconds(1))
        #expect(scene.cutReceives >= 1)
    }

    /// It was given out at some time of the poll, perhaps just now. Found by the simulation.
    @Test func `what arrives after a poll longer than its lease is released`() {
        var scene = Scene(timeout: .seconds(5))
        scene.send(.timePassed, after: .seconds(18))
        scene.send(Self.graceful(scene))
        scene.receive(["a"])
        #expect(scene.changes == [1: 0])
        #expect(scene.endings.isEmpty)
    }

    @Test func `what has not started is released, what runs may finish, deletes are flushed`() {
        var scene = Scene(handlers: [.plain(0, concurrency: 1), .plain(1, concurrency: 9)])
        scene.receive(["a", "b", "c"], handlers: [HandlerID(0)])
        scene.send(Self.graceful(scene))
        #expect(scene.changes == [2: 0, 3: 0])
        scene.answer()
        scene.pass(.seconds(10))
        #expect(scene.cancels.isEmpty)
        scene.finish(1)
        #expect(scene.deletes == [[1]])
        #expect(scene.runs.isEmpty)
        scene.answer()
        #expect(scene.isFinished)
    }

    @Test func `a lease is kept while its handler finishes`() {
        var scene = Scene(timeout: .seconds(10))
        scene.receive(["a"])
        scene.send(Self.graceful(scene))
        scene.pass(.seconds(6))
        #expect(scene.changes == [1: 10])
    }

    @Test func `at the end of the grace time handlers are cancelled and their messages released`() {
        var scene = Scene()
        scene.receive(["a"])
        scene.send(Self.graceful(scene, 5))
        scene.pass(.seconds(5))
        #expect(scene.cancels == [1])
        #expect(scene.changes.isEmpty)
        scene.finish(1, .cancelled)
        #expect(scene.changes == [1: 0])
        scene.answer()
        #expect(scene.endings == [1: .visibilitySet(.zero)])
    }

    @Test func `a second stop cancels at once`() {
        var scene = Scene()
        scene.receive(["a"])
        scene.send(Self.graceful(scene))
        #expect(scene.cancels.isEmpty)
        scene.send(.stopNow)
        #expect(scene.cancels == [1])
    }

    @Test
    func `a handler that ignores the request to end holds the stop until it is killed, no longer`()
    {
        var scene = Scene()
        scene.receive(["a"])
        scene.send(.stopNow)
        scene.pass(.milliseconds(6_900))
        #expect(scene.changes.isEmpty)
        scene.pass(.milliseconds(100))
        #expect(scene.changes == [1: 0])
        #expect(scene.reports.contains(.handlersAbandoned(1)))
        scene.answer()
        #expect(scene.isFinished)
    }

    @Test(arguments: [0, 3, 60] as [Int64])
    func `a stop is bounded although SQS does not answer`(grace: Int64) {
        var scene = Scene(handlers: [.plain(concurrency: 2)])
        scene.receive(["a", "b"])
        scene.finish(1)
        scene.send(Self.graceful(scene, grace))
        scene.pass(.seconds(grace) + Drain.longestEnd)
        #expect(scene.isFinished)
        #expect(scene.endings.count >= 1)
        #expect(scene.subscription.snapshot().endings.open == 0)
    }

    @Test func `a partly handled message comes back for the handlers that had not started`() {
        var scene = Scene(handlers: [.plain(0, concurrency: 1), .plain(1, concurrency: 2)])
        scene.receive(["a", "b"])
        scene.finish(2, handler: 1)
        scene.send(Self.graceful(scene))
        // Nothing of the second runs any more; its first handler never started.
        #expect(scene.changes == [2: 0])
        scene.answer()
        scene.finish(1, handler: 1)
        scene.finish(1, handler: 0)
        #expect(scene.deletes == [[1]])
    }

    @Test(arguments: [false, true])
    func `a delay that one handler asked for outlives a stop that another one did not heed`(
        hasBegun: Bool
    ) {
        var scene = Scene(handlers: [.plain(0), .plain(1, concurrency: 1)])
        scene.receive(["x"], handlers: [HandlerID(1)])
        if hasBegun { scene.finish(1, handler: 1) }
        scene.receive(["a"])
        scene.finish(2, .outcome(.retry(after: .seconds(60))), handler: 0)
        scene.send(.stopNow)
        if hasBegun { scene.pass(Drain.cancelPatience) }
        #expect(scene.changes[2].map { (60...72).contains($0) } ?? false)
    }

    @Test func `after the end nothing comes out`() {
        var scene = Scene()
        scene.send(.stopNow)
        scene.pass(.seconds(30))
        #expect(scene.isFinished)
        scene.send(.timePassed)
        #expect(scene.effects.isEmpty)
    }
}
