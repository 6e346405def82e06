import MessageHandling
import SQS
import SubscriberEngine
import Testing

@Suite struct GateTests {
    static let broken = HandlerResult.unavailable("no such file")

    /// A scene whose handler just said that it cannot work, for message "a", which is lease 1. No
    /// receive is out.
    static func shut(fifo: Bool = false, handlers: [HandlerSettings] = [.plain()]) -> Scene {
        var scene = Scene(fifo: fifo, handlers: handlers)
        scene.receive(["a"], groups: ["g"])
        scene.finish(1, broken)
        scene.receive([])
        return scene
    }

    @Test func `a handler that cannot work stops receiving, keeps one message, releases others`() {
        var scene = Scene(handlers: [.plain(0, concurrency: 1), .plain(1, concurrency: 10)])
        scene.receive(["a", "b", "c"], handlers: [HandlerID(0)])
        scene.finish(1, Self.broken)
        #expect(scene.changes == [2: 0, 3: 0])
        #expect(
            scene.reports.contains(
                .gateTripped(
                    handler: "handler0", reason: "no such file", others: ["handler1"])))
        let gate = scene.subscription.snapshot().gate
        #expect(gate?.handler == "handler0" && gate?.others == ["handler1"])
        #expect(gate?.kept == "a")
    }

    @Test func `of several that did not start the first is kept and the others are released`() {
        var scene = Scene()
        scene.receive(["a", "b", "c"])
        scene.finish(2, Self.broken)
        #expect(scene.changes.isEmpty)
        scene.finish(1, Self.broken)
        #expect(scene.changes == [1: 0])
        scene.finish(3, Self.broken)
        #expect(scene.changes == [3: 0])
        #expect(scene.subscription.snapshot().gate?.kept == "b")
    }

    @Test func `the kept message is started again in place, at growing intervals, reported once`() {
        var scene = Self.shut()
        var waits: [Duration] = []
        for _ in 1...9 {
            let before = scene.now
            #expect(scene.passUntil { !$0.runs.isEmpty })
            waits.append(scene.now - before)
            #expect(scene.runs == [1] && scene.checks.count == 1)
            scene.finish(1, Self.broken)
            #expect(scene.reports.isEmpty && scene.receives.isEmpty)
        }
        #expect(waits[0] < .seconds(3))
        #expect(waits.last.map { $0 > .seconds(9) && $0 <= .seconds(21) } ?? false)
        #expect(scene.out.isEmpty)
    }

    @Test func `the kept message keeps its lease`() {
        var scene = Self.shut()
        scene.obstacle = "still missing"
        var renewed = 0
        for _ in 1...100 {
            scene.pass(.seconds(1))
            renewed += scene.changes[1] == 30 ? 1 : 0
            scene.answerAll()
        }
        #expect(renewed >= 3)
        scene.obstacle = nil
        #expect(scene.passUntil { $0.runs == [1] })
        scene.finish(1)
        #expect(scene.passUntil { $0.deletes == [[1]] })
    }

    @Test func `nothing is received before a broken handler says that it may work`() {
        var scene = Self.shut()
        scene.obstacle = "still missing"
        scene.pass(.seconds(600))
        #expect(scene.receives.isEmpty && scene.runs.isEmpty)
        // After 1, 2, 4 … and then every 20 seconds, each drawn from its upper half.
        #expect((30...65).contains(scene.checks.count), "\(scene.checks.count)")
        #expect(
            scene.reports.filter { if case .leaseLost = $0 { false } else { true } }
                == [.gateExplained(handler: "handler0", reason: "still missing")])
        #expect(scene.subscription.snapshot().gate?.reason == "still missing")
    }

    @Test func `a kept message is let go after 15 minutes, the next after 30, and so on`() {
        var scene = Self.shut()
        var kept: [Duration] = []
        var lease: UInt64 = 1
        for _ in 1...4 {
            let before = scene.now
            while scene.changes[lease] != 0, scene.now - before < .seconds(20_000) {
                scene.pass(.seconds(1))
                let isReleased = scene.changes[lease] == 0
                if scene.runs == [lease] { scene.finish(lease, Self.broken) }
                if isReleased { break }
                scene.answerAll()
            }
            kept.append(scene.now - before)
            scene.answerAll()
            #expect(scene.passUntil { !$0.receives.isEmpty })
            #expect(scene.receives.map(\.maximumMessages) == [1])
            scene.receive(["a"])
            lease += 1
            #expect(scene.runs == [lease])
            scene.finish(lease, Self.broken)
            #expect(scene.receives.isEmpty)
        }
        for (time, minutes) in zip(kept, [15, 30, 60, 120]) {
            #expect(abs(time / .seconds(60) - Double(minutes)) < 1, "\(time)")
        }
    }

    @Test func `a kept message that is let go does not bring a receive before the check passes`() {
        var scene = Self.shut()
        scene.obstacle = "still missing"
        for _ in 1...3_000 {
            scene.pass(.seconds(1))
            #expect(scene.receives.isEmpty)
            scene.answerAll()
        }
        scene.obstacle = nil
        #expect(scene.passUntil { !$0.receives.isEmpty })
    }

    @Test func `a handler is asked again for each receive that brings no message`() {
        var scene = Self.shut()
        // The kept message is lost to another host.
        scene.obstacle = "still missing"
        scene.refuseRenewals(of: 1)
        scene.obstacle = nil
        for _ in 1...3 {
            #expect(scene.passUntil { !$0.receives.isEmpty })
            #expect(scene.checks.count == 1)
            scene.pass(.seconds(20))
            #expect(scene.checks.isEmpty)
            scene.receive([])
        }
        scene.obstacle = "gone again"
        scene.receive([])
        scene.pass(.seconds(2))
        #expect(scene.checks.count >= 1 && scene.receives.isEmpty)
    }

    @Test func `a reload hurries one attempt, even where an answer is awaited, and no more`() {
        var scene = Self.shut()
        scene.answersChecks = false
        scene.pass(.seconds(2))
        #expect(scene.checks.count == 1)
        scene.pass(.seconds(20))
        #expect(scene.checks.isEmpty && scene.runs.isEmpty)
        scene.answersChecks = true
        for _ in 1...6 {
            #expect(scene.reload().runs == [1])
            scene.finish(1, Self.broken)
        }
        let before = scene.now
        #expect(scene.passUntil { !$0.runs.isEmpty })
        #expect(scene.now - before > .seconds(9))
    }

    @Test func `an answer that nobody waits for changes nothing`() {
        var scene = Scene()
        scene.send(.handlerChecked(HandlerID(0), unavailable: "no such file"))
        #expect(scene.subscription.snapshot().gate == nil)
        scene = Self.shut()
        scene.send(.handlerChecked(HandlerID(0), unavailable: nil))
        #expect(scene.receives.isEmpty && scene.runs.isEmpty)
    }

    /// A message of the broken handler may never come again: the others must not wait for one.
    @Test func `two probes for other handlers open the queue, and the next failure shuts it`() {
        var scene = Scene(handlers: [.plain(0), .plain(1)])
        scene.receive(["a"], handlers: [HandlerID(0)])
        scene.finish(1, Self.broken)
        scene.receive([])
        scene.obstacle = "still missing"
        scene.refuseRenewals(of: 1)
        scene.obstacle = nil
        for lease in UInt64(2)...3 {
            #expect(scene.passUntil { !$0.receives.isEmpty })
            #expect(scene.receives.map(\.maximumMessages) == [1])
            scene.receive(["b\(lease)"], handlers: [HandlerID(1)])
            scene.finish(lease, handler: 1)
        }
        guard case .gateLifted("handler0", _)? = scene.reports.last else {
            Issue.record("reported \(scene.reports)")
            return
        }
        #expect(scene.subscription.snapshot().gate == nil)
        scene.pass(.seconds(2))
        scene.receive(["c"], handlers: [HandlerID(0)])
        scene.finish(4, Self.broken)
        #expect(
            scene.reports.contains(
                .gateTripped(
                    handler: "handler0", reason: "no such file", others: ["handler1"])))
    }

    @Test func `the other handlers of the kept message go on, and only what failed is repeated`() {
        var scene = Scene(handlers: [.plain(0), .plain(1)])
        scene.receive(["a"])
        scene.finish(1, Self.broken)
        scene.finish(1, handler: 1)
        #expect(scene.changes.isEmpty)
        #expect(scene.passUntil { !$0.runs.isEmpty })
        #expect(scene.runs(of: 0) == [1] && scene.runs(of: 1).isEmpty)
        scene.finish(1)
        #expect(scene.passUntil { $0.deletes == [[1]] })
    }

    @Test func `a message that two handlers cannot take is kept for both`() {
        var scene = Scene(handlers: [.plain(0), .plain(1)])
        scene.receive(["a"])
        scene.finish(1, Self.broken)
        scene.finish(1, Self.broken, handler: 1)
        #expect(scene.passUntil { !$0.runs.isEmpty })
        scene.finish(1, Self.broken, handler: 1)
        scene.finish(1)
        #expect(scene.subscription.snapshot().gate?.handler == "handler1")
        #expect(scene.passUntil { !$0.runs.isEmpty })
        scene.finish(1, handler: 1)
        #expect(scene.subscription.snapshot().gate == nil)
        #expect(scene.passUntil { $0.deletes == [[1]] })
    }

    @Test func `a handler that started with the other one is not taken to be unavailable`() {
        var scene = Scene(handlers: [.plain(0), .plain(1)])
        scene.receive(["a"])
        scene.finish(1, Self.broken)
        scene.finish(1, Self.broken, handler: 1)
        #expect(scene.passUntil { $0.runs == [1, 1] })
        scene.finish(1)
        #expect(scene.subscription.snapshot().gate == nil)
        scene.finish(1, handler: 1)
        #expect(scene.passUntil { $0.deletes == [[1]] })
    }

    @Test func `a removed handler starts what was kept for it, and then gives it back`() {
        var scene = Self.shut()
        scene.reload(handlers: [.plain(7)])
        #expect(scene.runs(of: 0) == [1])
        #expect(scene.subscription.snapshot().gate == nil)
        scene.finish(1, Self.broken)
        #expect(scene.changes == [1: 0])
    }

    @Test func `a stop releases the kept message at once`() {
        var scene = Self.shut()
        scene.send(.stop(graceUntil: scene.now + .seconds(30)))
        #expect(scene.changes == [1: 0])
        scene.answerAll()
        #expect(scene.isFinished)
    }

    @Test func `the followers of a kept message of a group are released, and it goes first`() {
        var scene = Scene(fifo: true)
        scene.receive(["a", "b", "c"], groups: ["g", "g", "h"])
        #expect(scene.runs == [1, 3])
        scene.finish(1, Self.broken)
        #expect(scene.changes == [2: 0])
        scene.finish(3)
        #expect(scene.passUntil { $0.runs == [1] })
    }

    @Test func `what arrives while the gate is shut is released`() {
        var scene = Scene()
        scene.receive(["a"])
        // The next receive is out already when the gate shuts.
        scene.finish(1, Self.broken)
        scene.receive(["b"])
        #expect(scene.runs.isEmpty)
        #expect(scene.changes == [2: 0])
        #expect(scene.reports.contains(.released(1, .gate)))
    }
}
