import MessageHandling
import SQS
import SubscriberEngine
import Testing

@Suite struct GroupTests {
    @Test func `one message of a group runs at a time, groups side by side`() {
        var scene = Scene(fifo: true)
        scene.receive(["a1", "a2", "b1", "b2"], groups: ["a", "a", "b", "b"])
        #expect(scene.runs == [1, 3])
        scene.finish(3)
        #expect(scene.runs == [4])
        scene.finish(1)
        #expect(scene.runs == [2])
    }

    @Test func `after a failure the rest of the group is released in order and not run`() {
        var scene = Scene(fifo: true)
        scene.receive(["a1", "b1", "a2", "a3"], groups: ["a", "b", "a", "a"])
        scene.finish(1, .threw("failed"))
        #expect(scene.runs.isEmpty)
        #expect(scene.endings == [1: .leftToLapse(.retry)])
        #expect(scene.changes == [3: 0, 4: 0])
        #expect(scene.reports.contains(.released(2, .groupFailure)))
        scene.answer()
        #expect(scene.endings == [3: .visibilitySet(.zero), 4: .visibilitySet(.zero)])
    }

    @Test func `a message that is left unmatched holds its group`() {
        var scene = Scene(fifo: true)
        scene.receive(["a1", "a2"], groups: ["a", "a"], handlers: [])
        #expect(scene.endings == [1: .leftToLapse(.unmatched)])
        #expect(scene.changes == [2: 0])
    }

    @Test func `a lost lease releases the rest of its group`() {
        var scene = Scene(fifo: true)
        scene.receive(["a1", "a2"], groups: ["a", "a"])
        scene.pass(.seconds(15))
        scene.answer(.lost, except: [2])
        #expect(scene.cancels == [1])
        #expect(scene.changes == [2: 0])
        #expect(scene.runs.isEmpty)
    }

    @Test func `a redelivered message waits until the cancelled run of its group has returned`() {
        var scene = Scene(fifo: true)
        scene.receive(["a1"], groups: ["a"])
        scene.pass(.seconds(15))
        scene.answer(.lost)
        scene.receive(["a1"], groups: ["a"])
        #expect(scene.runs.isEmpty)
        scene.finish(1, .cancelled)
        #expect(scene.runs == [2])
    }

    @Test func `a group goes on while a rejected message is sent away, and not before`() {
        var scene = Scene(fifo: true, queue: QueueSettings(deadLetterQueueURL: "dead.fifo"))
        scene.receive(["a1", "a2"], groups: ["a", "a"])
        scene.finish(1, .outcome(.reject(reason: "bad")))
        #expect(scene.runs.isEmpty)
        scene.send(.deadLetterAnswered(LeaseID(1), nil))
        #expect(scene.runs == [2])
    }

    /// Another host may have been given the group from its first message on. Found by the
    /// simulation.
    @Test func `what waits behind a message that was done without its lease is released`() {
        var scene = Scene(fifo: true, handlers: [.plain(onLeaseLost: .continue)])
        scene.receive(["a1", "a2"], groups: ["a", "a"])
        scene.pass(.seconds(15))
        scene.answer(.lost, except: [2])
        #expect(scene.cancels.isEmpty)
        scene.finish(1)
        #expect(scene.runs.isEmpty)
        #expect(scene.changes[2] == 0)
    }

    /// The service gives out the group from that message on, whatever of it is in flight behind it.
    /// Found by the simulation.
    @Test func `what waits is released when a message that is done lapses before its delete`() {
        var scene = Scene(fifo: true)
        scene.receive(["a1", "a2", "a3"], groups: ["a", "a", "a"])
        scene.finish(1)
        #expect(scene.runs == [2])
        scene.pass(.seconds(15))
        scene.answer(.lost, except: [2, 3])
        #expect(scene.endings == [1: .leftToLapse(.deleteUnconfirmed)])
        #expect(scene.cancels.isEmpty)
        #expect(scene.changes[3] == 0)
        scene.finish(2)
        #expect(scene.runs.isEmpty)
    }

    /// Found by the simulation.
    @Test func `what runs when its group is released is not started again`() {
        var scene = Scene(
            fifo: true, handlers: [.plain(1), .plain(2, concurrency: 1)])
        scene.obstacle = "no such program"
        scene.receive(["a1", "a2", "b1"], groups: ["a", "a", "b"])
        scene.finish(1, handler: 1)
        scene.finish(1, handler: 2)
        // The second handler is at work on the other group.
        scene.pass(.seconds(15))
        scene.answer(.lost, except: [2, 3])
        #expect(scene.endings[1] == .leftToLapse(.deleteUnconfirmed))
        _ = scene.runs
        scene.finish(3, handler: 2)
        #expect(scene.runs.isEmpty)
        scene.finish(2, .unavailable("no such program"), handler: 1)
        #expect(scene.changes[2] == 0)
        #expect(scene.subscription.snapshot().gate?.kept == nil)
    }

    /// Found by the simulation.
    @Test func `what is released with its group comes back when its other handler asked for it`() {
        var scene = Scene(fifo: true, handlers: [.plain(1), .plain(2)])
        scene.obstacle = "no such program"
        scene.receive(["a1", "a2"], groups: ["a", "a"])
        scene.finish(1, handler: 1)
        scene.finish(1, handler: 2)
        scene.finish(2, .outcome(.retry(after: .seconds(20))), handler: 1)
        scene.finish(2, .unavailable("no such program"), handler: 2)
        scene.pass(.seconds(15))
        scene.answer(.lost, except: [2])
        #expect(scene.endings[1] == .leftToLapse(.deleteUnconfirmed))
        scene.pass(.milliseconds(500))
        #expect(scene.changes[2] == 20)
    }
}
