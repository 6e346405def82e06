import MessageHandling
import SQS
import SubscriberEngine
import Testing

/// Messages of a group that a handler takes at once, as a Lambda function does.
@Suite struct GroupBatchTests {
    private static func scene(_ size: Int = 10, concurrency: Int = 20, slots: Int = 64) -> Scene {
        Scene(
            fifo: true, handlers: [.plain(concurrency: concurrency, groupBatch: size)],
            slots: slots)
    }

    private static let failed = HandlerResult.threw("failed")

    @Test func `those of a group go together, in order, groups side by side`() {
        var scene = Self.scene()
        scene.receive(["a1", "b1", "a2", "a3"], groups: ["a", "b", "a", "a"])
        #expect(scene.batches == [[1, 3, 4]])
        #expect(scene.runs == [2])
    }

    @Test func `no more go together than the handler takes, and the next when all are over`() {
        var scene = Self.scene(2)
        scene.receive(["a1", "a2", "a3"], groups: ["a", "a", "a"])
        #expect(scene.batches == [[1, 2]])
        scene.finish(1)
        #expect(scene.runs.isEmpty)
        scene.finish(2)
        #expect(scene.runs == [3])
    }

    @Test func `what comes later waits for all of them`() {
        var scene = Self.scene()
        scene.receive(["a1", "a2"], groups: ["a", "a"])
        scene.receive(["a3"], groups: ["a"])
        #expect(scene.runs.isEmpty && scene.batches.isEmpty)
        scene.finish(1)
        #expect(scene.runs.isEmpty)
        scene.finish(2)
        #expect(scene.runs == [3])
    }

    @Test func `they have a slot each, and no more go together than there are`() {
        var scene = Self.scene(slots: 2)
        scene.receive(["a1", "a2"], groups: ["a", "a"])
        #expect(scene.batches == [[1, 2]])
        #expect(scene.subscription.snapshot().slotsHeld == 2)
    }

    @Test func `those that waited behind others ask for slots together as well`() {
        var scene = Self.scene(3)
        scene.receive(
            ["a1", "a2", "a3", "a4", "a5", "a6"], groups: Array(repeating: "a", count: 6))
        #expect(scene.batches == [[1, 2, 3]])
        scene.finish(1)
        scene.finish(2)
        scene.finish(3)
        #expect(scene.batches == [[4, 5, 6]])
    }

    @Test func `the handler's room counts`() {
        var scene = Self.scene(10, concurrency: 2)
        scene.receive(["a1", "a2"], groups: ["a", "a"])
        #expect(scene.batches == [[1, 2]])
        #expect(scene.subscription.snapshot().running == 2)
    }

    @Test func `after a failure nothing later of the group is done, whatever is said of it`() {
        var scene = Self.scene()
        scene.receive(["a1", "a2", "a3", "a4"], groups: Array(repeating: "a", count: 4))
        scene.finish(1)
        scene.finish(2, Self.failed)
        #expect(scene.endings == [2: .leftToLapse(.retry)])
        #expect(scene.changes.isEmpty)
        scene.finish(3)
        #expect(scene.changes == [3: 0])
        #expect(scene.reports.contains(.released(1, .groupFailure)))
        scene.finish(4, .cancelled)
        #expect(scene.changes == [4: 0])
        scene.pass(.seconds(1))
        #expect(scene.deletes == [[1]])
        #expect(scene.subscription.snapshot().inHand == 0)
    }

    @Test func `what waits behind a batch in which one failed is released and not run`() {
        var scene = Self.scene(2)
        scene.receive(["a1", "a2", "a3"], groups: ["a", "a", "a"])
        scene.finish(1, Self.failed)
        #expect(scene.changes == [3: 0])
        scene.finish(2)
        #expect(scene.changes == [2: 0])
        #expect(scene.runs.isEmpty)
    }

    @Test func `one that is back is not run while the handler has others of the batch`() {
        var scene = Self.scene()
        scene.receive(["a1", "a2"], groups: ["a", "a"])
        scene.finish(1, .outcome(.retry(after: .seconds(1))))
        scene.answer()
        scene.receive(["a1"], groups: ["a"], count: 2)
        #expect(scene.runs.isEmpty)
        scene.finish(2, .cancelled)
        #expect(scene.changes[2] == 0 && scene.changes[3] == 0)
        #expect(scene.runs.isEmpty)
    }

    /// It may yet come back: the dead-letter queue may refuse it.
    @Test func `nothing is done behind one that is on its way to the dead-letter queue`() {
        var scene = Scene(
            fifo: true, handlers: [.plain(groupBatch: 10)],
            queue: QueueSettings(deadLetterQueueURL: "dead.fifo"))
        scene.receive(["a1", "a2"], groups: ["a", "a"])
        scene.finish(1, .outcome(.reject(reason: "bad")))
        scene.finish(2)
        #expect(scene.changes == [2: 0])
        scene.send(.deadLetterAnswered(LeaseID(1), nil))
        scene.pass(.seconds(1))
        #expect(scene.deletes == [[1]])
    }

    @Test func `a message that another handler wants as well goes alone`() {
        var scene = Scene(
            fifo: true, handlers: [.plain(0, groupBatch: 10), .plain(1, groupBatch: 10)])
        scene.receive(["a1", "a2"], groups: ["a", "a"])
        #expect(scene.batches.isEmpty)
        #expect(scene.runs == [1, 1])
    }

    @Test func `a message that was done before is not run again, and parts a batch`() {
        let known = Completion(messageID: "a2", handlers: ["handler0"], isDeletable: true)
        var scene = Scene(
            fifo: true, handlers: [.plain(groupBatch: 10)], completions: [known])
        scene.receive(["a1", "a2", "a3"], groups: ["a", "a", "a"])
        #expect(scene.runs == [1])
        scene.finish(1)
        #expect(scene.runs == [3])
    }

    @Test func `the first of a batch that could not start is kept, the others are released`() {
        var scene = Self.scene()
        scene.receive(["a1", "a2"], groups: ["a", "a"])
        for lease in 1...2 as ClosedRange<UInt64> { scene.finish(lease, .unavailable("gone")) }
        #expect(scene.changes == [2: 0])
        #expect(scene.subscription.snapshot().gate?.kept == "a1")
        scene.answer()
        while scene.runs.isEmpty { scene.pass(.milliseconds(100)) }
        #expect(scene.runs == [1])
    }

    /// SQS gives out a group from its first message that is not in flight. Found by the simulation.
    @Test func `a lost lease ends what runs behind it, and brings it back`() {
        var scene = Self.scene()
        scene.receive(["a1", "a2"], groups: ["a", "a"])
        scene.pass(.seconds(15))
        scene.answer(.lost, except: [2])
        #expect(scene.cancels == [1, 2])
        scene.finish(2)
        #expect(scene.changes == [2: 0])
    }

    @Test func `a stop lets them finish`() {
        var scene = Self.scene()
        scene.receive(["a1", "a2"], groups: ["a", "a"])
        scene.send(.stop(graceUntil: scene.now + .seconds(20)))
        scene.finish(1)
        scene.finish(2)
        #expect(scene.deletes.flatMap { $0 }.last == 2)
        scene.answer()
        #expect(scene.changes.isEmpty)
    }
}
