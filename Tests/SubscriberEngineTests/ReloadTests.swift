import MessageHandling
import SQS
import SubscriberEngine
import Testing

@Suite struct ReloadTests {
    static func settings(_ handlers: [HandlerSettings]) -> SubscriptionSettings {
        SubscriptionSettings(queue: QueueSettings(), isFIFO: false, handlers: handlers)
    }

    @Test func `more concurrency lets waiting messages run at once`() {
        var scene = Scene(handlers: [.plain(0, concurrency: 1), .plain(1, concurrency: 5)])
        scene.receive(["a", "b", "c"], handlers: [HandlerID(0)])
        #expect(scene.runs == [1])
        scene.send(.settingsChanged(Self.settings([.plain(0, concurrency: 5)])))
        #expect(scene.runs == [2, 3])
    }

    @Test func `a removed handler finishes what it had, running and waiting`() {
        var scene = Scene(handlers: [.plain(0, concurrency: 1), .plain(1, concurrency: 5)])
        scene.receive(["a", "b"], handlers: [HandlerID(0)])
        scene.send(.settingsChanged(Self.settings([.plain(1, concurrency: 5)])))
        #expect(scene.cancels.isEmpty)
        scene.finish(1)
        #expect(scene.runs == [2])
        scene.finish(2)
        scene.pass(.seconds(1))
        #expect(scene.deletes == [[1, 2]])
    }

    @Test func `a gate that a removed handler had shut opens`() {
        var scene = Scene(handlers: [.plain(0), .plain(1)])
        scene.receive(["a"], handlers: [HandlerID(0)])
        scene.finish(1, .unavailable("gone"))
        scene.send(.settingsChanged(Self.settings([.plain(1)])))
        #expect(scene.subscription.snapshot().gate == nil)
    }

    /// Nobody would open it again. Found by the simulation.
    @Test func `a removed handler that cannot work shuts no gate`() {
        var scene = Scene(handlers: [.plain(0), .plain(1)])
        scene.receive(["a"], handlers: [HandlerID(0)])
        scene.send(.settingsChanged(Self.settings([.plain(1)])))
        scene.finish(1, .unavailable("gone"))
        #expect(scene.subscription.snapshot().gate == nil)
        #expect(scene.changes == [1: 0])
    }

    @Test func `without any handler nothing is received`() {
        var scene = Scene()
        scene.receive([])
        scene.send(.settingsChanged(Self.settings([])))
        scene.pass(.seconds(5))
        scene.receive([])
        scene.pass(.seconds(60))
        #expect(scene.receives.isEmpty)
    }

    @Test func `a reload tries again at once what had to wait, and then backs off anew`() {
        var scene = Scene()
        for _ in 0..<8 {
            scene.failReceive(.denied)
            scene.pass(.seconds(300))
        }
        scene.failReceive(.denied)
        #expect(scene.out.isEmpty)

        scene.send(.settingsChanged(Self.settings([.plain(0)])))
        #expect(scene.out.count == 1)
        scene.failReceive(.denied)
        #expect(scene.out.isEmpty)
        scene.pass(.seconds(10))
        #expect(scene.out.count == 1)
    }
}
