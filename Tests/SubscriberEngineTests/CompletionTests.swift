import MessageHandling
import SQS
import SubscriberEngine
import Testing

/// What is remembered of messages that were handled, and come back all the same.
@Suite struct CompletionTests {
    static let retry = HandlerResult.outcome(.retry(after: nil))
    static let done = Completion(messageID: "a", handlers: ["handler0"], isDeletable: true)

    @Test func `a message whose delete is confirmed at once costs nothing to keep`() {
        var scene = Scene(handlers: [.plain(0), .plain(1)])
        scene.receive(["a", "b"])
        for lease in 1...2 as ClosedRange<UInt64> {
            for handler in 0...1 {
                scene.finish(lease, handler: handler)
                #expect(scene.kept.isEmpty)
            }
        }
        scene.pass(.seconds(1))
        #expect(scene.kept.isEmpty)
        scene.answer()
        #expect(scene.endings.count == 2)
        #expect(scene.kept.isEmpty)
    }

    @Test func `a delete that failed is kept until it is confirmed`() {
        var scene = Scene()
        scene.receive(["a"])
        scene.finish(1)
        scene.pass(.milliseconds(50))
        scene.answer(.cut)
        #expect(scene.kept == [.remembered(Self.done)])
        scene.pass(.seconds(2))
        #expect(scene.deletes == [[1]])
        #expect(scene.kept.isEmpty)
        scene.answer()
        #expect(scene.kept == [.forgotten(messageID: "a")])
    }

    @Test func `a delete without an answer is kept by the time its lease is renewed`() {
        var scene = Scene()
        scene.receive(["a"])
        scene.finish(1)
        scene.pass(.milliseconds(50))
        #expect(scene.deletes == [[1]])
        scene.pass(.seconds(16))
        #expect(scene.changes == [1: 30])
        #expect(scene.kept == [.remembered(Self.done)])
    }

    @Test func `a delete that is open at the end of a stop is kept`() {
        var scene = Scene()
        scene.receive(["a"])
        scene.finish(1)
        scene.send(.stopNow)
        #expect(scene.deletes == [[1]])
        scene.pass(Drain.longestEnd)
        #expect(scene.isFinished)
        #expect(scene.kept == [.remembered(Self.done)])
    }

    @Test func `the handlers that are done are kept when another one fails`() {
        var scene = Scene(handlers: [.plain(0), .plain(1), .plain(2)])
        scene.receive(["a"])
        scene.finish(1, handler: 0)
        scene.finish(1, Self.retry, handler: 1)
        scene.finish(1, handler: 2)
        let completion = Completion(
            messageID: "a", handlers: ["handler0", "handler2"], isDeletable: false)
        #expect(scene.kept == [.remembered(completion)])
    }

    @Test func `a handler that is done is kept while another one takes its time`() {
        var scene = Scene(handlers: [.plain(0), .plain(1)])
        scene.receive(["a"])
        scene.finish(1, handler: 0)
        #expect(scene.kept.isEmpty)
        scene.pass(.seconds(16))
        let completion = Completion(messageID: "a", handlers: ["handler0"], isDeletable: false)
        #expect(scene.kept == [.remembered(completion)])
        scene.answer()
        scene.pass(.seconds(16))
        #expect(scene.kept.isEmpty)
    }

    @Test func `what an earlier process was done with is deleted without a run`() {
        var scene = Scene(completions: [Self.done])
        scene.receive(["a", "b"], count: 2)
        #expect(scene.runs == [2])
        #expect(scene.reports.contains(.deletedWithoutRun(messageID: "a")))
        scene.pass(.milliseconds(50))
        #expect(scene.deletes == [[1]])
        scene.answer()
        #expect(scene.kept == [.forgotten(messageID: "a")])
    }

    @Test func `a handler that was done in an earlier process is not run again`() {
        let completion = Completion(messageID: "a", handlers: ["handler1"], isDeletable: false)
        var scene = Scene(handlers: [.plain(0), .plain(1)], completions: [completion])
        scene.receive(["a"], count: 2)
        #expect(scene.runs(of: 0) == [1])
        #expect(scene.runs(of: 1).isEmpty)
        scene.finish(1, handler: 0)
        scene.pass(.milliseconds(50))
        #expect(scene.deletes == [[1]])
    }

    @Test func `a handler of a name that nobody knows any more counts for nothing`() {
        let completion = Completion(messageID: "a", handlers: ["removed"], isDeletable: false)
        var scene = Scene(completions: [completion])
        scene.receive(["a"])
        #expect(scene.runs == [1])
    }

    @Test func `beyond its capacity the oldest completions give way`() {
        let count = CompletionMemory.defaultCapacity
        let known = (0...count).map {
            Completion(messageID: "\($0)", handlers: ["handler0"], isDeletable: true)
        }
        var scene = Scene(completions: known)
        scene.receive(["0", "1"])
        #expect(scene.runs == [1])
        // One more makes room for itself.
        scene.finish(1)
        scene.pass(.milliseconds(50))
        scene.answer(.lost)
        #expect(scene.kept.contains(.forgotten(messageID: "1")))
    }

    /// With deletes failing, that is for as long as its lease can be renewed.
    @Test func `the gate does not wait for the delete of a probe that was done before`() {
        var scene = Scene(completions: [Self.done])
        scene.receive(["b"])
        scene.finish(1, .unavailable("gone"))
        scene.answer()
        scene.receive([])
        while scene.receives.isEmpty { scene.pass(.milliseconds(100)) }
        scene.receive(["a"], count: 2)
        #expect(scene.reports.contains(.deletedWithoutRun(messageID: "a")))
        var probes = scene.receives.count
        for _ in 0..<300 where probes == 0 {
            scene.pass(.milliseconds(100))
            probes += scene.receives.count
            scene.answer(.cut)
            probes += scene.receives.count
        }
        #expect(probes == 1)
    }

    // MARK: Copies that come after the delete

    /// Standard queues deliver a message once more now and then, also after its delete.
    @Test(arguments: [1, 100])
    func `a message that comes again soon after its delete is deleted without a run`(
        seconds: Int64
    ) {
        var scene = Scene()
        Self.handle("a", &scene)
        scene.pass(.seconds(seconds))
        scene.receive([])
        scene.receive(["a"], count: 2)
        #expect(scene.runs.isEmpty)
        #expect(scene.reports == [.deletedWithoutRun(messageID: "a")])
        scene.pass(.milliseconds(50))
        #expect(scene.deletes == [[2]])
    }

    /// Someone may have moved it back from a dead-letter queue, with the id it had.
    @Test(arguments: [false, true])
    func `a message that comes again later is run`(isBusy: Bool) {
        var scene = Scene()
        Self.handle("a", &scene)
        scene.pass(.seconds(130))
        scene.receive([])
        if isBusy { Self.handle("b", &scene, lease: 2) }
        scene.pass(.seconds(120))
        scene.receive([])
        scene.receive(["a"])
        #expect(scene.runs == [isBusy ? 3 : 2])
    }

    @Test func `a message that was not deleted, but released, is run again`() {
        var scene = Scene()
        scene.receive(["a"])
        scene.finish(1, .outcome(.retry(after: .zero)))
        scene.pass(.seconds(1))
        scene.answer()
        scene.receive(["a"])
        #expect(scene.runs == [2])
    }

    /// A place in the table may be taken by a later id, which is why it is not all of them.
    @Test func `of a thousand recent deletes nearly all are known`() {
        var scene = Scene(handlers: [.plain(concurrency: 20)])
        var lease: UInt64 = 0
        for batch in 0..<100 {
            scene.receive((0..<10).map { "\(batch)-\($0)" })
            for _ in 0..<10 {
                lease += 1
                scene.finish(lease)
            }
            scene.answerAll()
        }
        var repeated = 0
        for batch in 0..<100 {
            scene.receive((0..<10).map { "\(batch)-\($0)" })
            repeated += scene.runs.count
            for run in scene.runs { scene.finish(run) }
            scene.pass(.milliseconds(50))
            scene.answerAll()
        }
        #expect(repeated <= 100)
    }

    private static func handle(_ id: String, _ scene: inout Scene, lease: UInt64 = 1) {
        scene.receive([id])
        scene.finish(lease)
        scene.pass(.milliseconds(50))
        scene.answer()
        #expect(scene.endings[lease] == .deleted)
    }
}
