import MessageHandling
import SQS
import SubscriberEngine
import Testing

/// How a queue opens again once its handler can work.
@Suite struct ReopeningTests {
    @Test(arguments: [HandlerResult.outcome(.done), .threw("failed"), .outcome(.retry(after: nil))])
    func `the first run that starts opens the queue, for two messages then, four and so on`(
        result: HandlerResult
    ) {
        var scene = GateTests.shut(handlers: [.plain(concurrency: 16)])
        #expect(scene.passUntil { $0.runs == [1] })
        scene.finish(1, result)
        #expect(scene.reports.contains { if case .gateRecovered = $0 { true } else { false } })
        var lease: UInt64 = 1
        for expected in [2, 4, 8] {
            #expect(scene.passUntil { !$0.out.isEmpty })
            #expect(scene.out.map(\.maximumMessages).reduce(0, +) == expected)
            let ids = (0..<expected).map { "\(lease)-\($0)" }
            scene.receive(ids)
            for _ in ids {
                lease += 1
                scene.finish(lease)
            }
            scene.answerAll()
            scene.cutOpenReceives(keeping: 1)
        }
    }

    /// What is asked for ahead opens with the rest.
    @Test func `a queue opens no faster for a handler whose runs fail`() {
        var scene = Scene(handlers: [.plain(concurrency: 16)])
        var lease: UInt64 = 0
        for _ in 1...2 {
            scene.receive((0..<10).map { "\(lease)-\($0)" })
            while let run = scene.takeRun() {
                lease = run
                scene.finish(run, .threw("failed"))
            }
        }
        scene.receive(["last"])
        let last = scene.takeRun() ?? 0
        scene.finish(last, GateTests.broken)
        scene.answerAll()
        scene.cutOpenReceives(keeping: 0)
        #expect(scene.passUntil { $0.runs == [last] })
        // The receives that came back empty pause the next until then.
        scene.pass(.seconds(1))
        scene.finish(last, .threw("failed"))
        #expect(scene.passUntil { !$0.out.isEmpty })
        #expect(scene.out.map(\.maximumMessages).reduce(0, +) == 2)
    }

    @Test func `after a shortage the number grows slowly beyond half of what ran`() {
        var reopening = Reopening(crowd: 8, at: .start)
        var limits: [Int] = []
        for _ in 1...20 {
            reopening.grow()
            limits.append(reopening.limit)
        }
        #expect(limits.prefix(3) == [2, 3, 4])
        #expect(limits.last == 7)
    }

    @Test func `a gateway that takes its time to fail goes on being tried at longer intervals`() {
        var scene = GateTests.shut()
        var waits: [Duration] = []
        for _ in 1...7 {
            let before = scene.now
            #expect(scene.passUntil { $0.runs.contains(1) })
            waits.append(scene.now - before)
            for _ in 1...200 {
                scene.pass(.milliseconds(100))
                scene.answerAll()
            }
            scene.finish(1, GateTests.broken)
            while !scene.out.isEmpty { scene.receive([]) }
        }
        #expect(waits.last.map { $0 > .seconds(9) } ?? false)
    }

    @Test func `a probe for another handler says nothing of the one that could not start`() {
        var scene = Scene(handlers: [.plain(0), .plain(1)])
        scene.receive(["a"], handlers: [HandlerID(0)])
        scene.finish(1, GateTests.broken)
        scene.receive([])
        scene.obstacle = "still missing"
        scene.refuseRenewals(of: 1)
        scene.obstacle = nil
        #expect(scene.passUntil { !$0.receives.isEmpty })
        scene.receive(["b"], handlers: [HandlerID(1)])
        scene.pass(.seconds(60))
        #expect(scene.subscription.snapshot().gate?.handler == "handler0")
    }

    @Test func `what is still in hand keeps no probe back`() {
        var scene = Scene(handlers: [.plain(0), .plain(1)])
        scene.receive(["long"], handlers: [HandlerID(1)])
        scene.receive(["a"], handlers: [HandlerID(0)])
        scene.finish(2, GateTests.broken)
        while !scene.out.isEmpty { scene.receive([]) }
        scene.obstacle = "still missing"
        scene.refuseRenewals(of: 2)
        scene.obstacle = nil
        #expect(scene.passUntil { !$0.receives.isEmpty })
    }

    @Test func `a second handler of a kept message that a reload removes holds up nothing`() {
        var scene = Scene(handlers: [.plain(0), .plain(1)])
        scene.receive(["a"])
        scene.finish(1, GateTests.broken)
        scene.finish(1, GateTests.broken, handler: 1)
        scene.reload(handlers: [.plain(0)])
        #expect(scene.runs(of: 0) == [1] && scene.runs(of: 1) == [1])
        scene.finish(1, GateTests.broken, handler: 1)
        scene.finish(1)
        #expect(scene.passUntil { $0.changes[1] == 0 })
    }

    @Test func `a run that goes on has started, and the queue is opened by it`() {
        var scene = GateTests.shut()
        #expect(scene.passUntil { $0.runs == [1] })
        scene.pass(.seconds(14))
        #expect(scene.receives.isEmpty)
        scene.pass(.seconds(2))
        #expect(!scene.receives.isEmpty)
        #expect(scene.subscription.snapshot().gate == nil)
    }

    @Test func `a run from before the fault opens nothing`() {
        var scene = Scene()
        scene.receive(["a", "b"])
        scene.finish(1, GateTests.broken)
        scene.finish(2)
        #expect(scene.subscription.snapshot().gate?.kept == "a")
    }
}
