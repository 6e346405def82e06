import MessageHandling
import SQS
import SubscriberEngine
import Testing

@Suite struct GateTests {
    static let broken = HandlerResult.unavailable("no such file")

    @Test func `a handler that cannot work stops receiving and releases what waits`() {
        var scene = Scene(handlers: [.plain(0, concurrency: 1), .plain(1, concurrency: 10)])
        scene.receive(["a", "b", "c"], handlers: [HandlerID(0)])
        scene.finish(1, Self.broken)
        #expect(scene.changes == [1: 0, 2: 0, 3: 0])
        #expect(
            scene.reports.contains(
                .gateTripped(
                    handler: "handler0", reason: "no such file", others: ["handler1"])))
        let gate = scene.subscription.snapshot().gate
        #expect(gate?.handler == "handler0" && gate?.others == ["handler1"])
    }

    @Test func `the gate probes with one message, backs off, and is reported once`() {
        var scene = Scene()
        scene.receive(["a"])
        scene.finish(1, Self.broken)
        scene.answer()
        scene.receive([])
        var waits: [Duration] = []
        var reports = 0
        for lease in 2...9 {
            let before = scene.now
            while scene.receives.isEmpty { scene.pass(.milliseconds(100)) }
            waits.append(scene.now - before)
            #expect(scene.receives.map(\.maximumMessages) == [1])
            scene.receive(["a"])
            #expect(scene.runs == [UInt64(lease)])
            scene.finish(UInt64(lease), Self.broken)
            reports += scene.reports.count { if case .gateTripped = $0 { true } else { false } }
            scene.answer()
        }
        #expect(reports == 0)
        #expect(waits.last.map { $0 > .seconds(25) && $0 <= .seconds(61) } ?? false)
    }

    /// A scene whose only handler just said that it cannot work.
    static func tripped(_ result: HandlerResult = broken) -> Scene {
        var scene = Scene()
        scene.receive(["a"])
        scene.finish(1, result)
        scene.answer()
        scene.receive([])
        return scene
    }

    @Test func `no message is received before a broken handler says that it may work`() {
        var scene = Self.tripped()
        scene.obstacle = "still missing"
        scene.pass(.seconds(600))
        #expect(scene.receives.isEmpty)
        // After 1, 2, 4 … and then every 60 seconds, each drawn from its upper half.
        #expect((13...26).contains(scene.checks.count), "\(scene.checks.count)")
        #expect(scene.reports.isEmpty)
        #expect(scene.subscription.snapshot().gate?.reason == "still missing")
        scene.obstacle = nil
        while scene.receives.isEmpty { scene.pass(.milliseconds(100)) }
        #expect(scene.checks.count == 1)
        #expect(scene.receives.map(\.maximumMessages) == [1])
        scene.receive(["a"])
        scene.finish(2)
        #expect(scene.subscription.snapshot().gate == nil)
    }

    @Test func `a handler is asked again for each receive that brings no message`() {
        var scene = Self.tripped()
        for _ in 1...3 {
            while scene.receives.isEmpty { scene.pass(.milliseconds(100)) }
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

    @Test func `a reload asks at once, even where an answer is awaited`() {
        var scene = Self.tripped()
        scene.answersChecks = false
        scene.pass(.seconds(2))
        #expect(scene.checks.count == 1)
        scene.pass(.seconds(600))
        #expect(scene.checks.isEmpty && scene.receives.isEmpty)
        scene.answersChecks = true
        let settings = SubscriptionSettings(
            queue: QueueSettings(), isFIFO: false, handlers: [.plain()])
        scene.send(.settingsChanged(settings))
        #expect(scene.checks.count == 1)
        #expect(scene.receives.map(\.maximumMessages) == [1])
    }

    @Test func `an answer that nobody waits for changes nothing`() {
        var scene = Scene()
        scene.send(.handlerChecked(HandlerID(0), unavailable: "no such file"))
        #expect(scene.subscription.snapshot().gate == nil)
        scene = Self.tripped()
        scene.send(.handlerChecked(HandlerID(0), unavailable: nil))
        #expect(scene.receives.isEmpty)
    }

    @Test func `a handler that only fails is not asked, until it says that it cannot work`() {
        var scene = Scene(handlers: [.plain(concurrency: 1)])
        var lease: UInt64 = 0
        while scene.subscription.snapshot().gate == nil, lease < 60 {
            lease += 1
            scene.receive(["\(lease)"])
            scene.finish(lease, .threw("failed"))
            scene.pass(.milliseconds(100))
        }
        scene.receive([])
        scene.obstacle = "no such file"
        while scene.receives.isEmpty { scene.pass(.milliseconds(100)) }
        #expect(scene.checks.isEmpty)
        scene.receive(["probe"])
        scene.finish(lease + 1, Self.broken)
        scene.answer()
        scene.pass(.seconds(600))
        #expect(!scene.checks.isEmpty && scene.receives.isEmpty)
    }

    @Test func `the first success of the broken handler opens the queue again`() {
        var scene = Scene()
        scene.receive(["a"])
        scene.finish(1, Self.broken)
        scene.answer()
        scene.receive([])
        scene.pass(.seconds(2))
        scene.receive(["a"])
        scene.finish(2)
        guard case .gateRecovered("handler0", _)? = scene.reports.last else {
            Issue.record("reported \(scene.reports)")
            return
        }
        scene.pass(.seconds(2))
        #expect(scene.out.last?.maximumMessages == 10)
    }

    /// A message of the broken handler may never come again: the others must not wait for one.
    @Test func `two probes for other handlers open the queue, and the next failure shuts it`() {
        var scene = Scene(handlers: [.plain(0), .plain(1)])
        scene.receive(["a"], handlers: [HandlerID(0)])
        scene.finish(1, Self.broken)
        scene.answer()
        scene.receive([])
        for lease in UInt64(2)...3 {
            while scene.receives.isEmpty { scene.pass(.milliseconds(100)) }
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
        #expect(scene.out.last?.maximumMessages == 10)
        scene.receive(["c"], handlers: [HandlerID(0)])
        scene.finish(4, Self.broken)
        #expect(
            scene.reports.contains(
                .gateTripped(
                    handler: "handler0", reason: "no such file", others: ["handler1"])))
    }

    @Test func `a reload probes at once`() {
        var scene = Scene()
        scene.receive(["a"])
        scene.finish(1, Self.broken)
        scene.answer()
        scene.receive([])
        for lease in UInt64(2)...6 {
            while scene.receives.isEmpty { scene.pass(.milliseconds(100)) }
            scene.receive(["a"])
            scene.finish(lease, Self.broken)
            scene.answer()
        }
        #expect(scene.receives.isEmpty)
        let settings = SubscriptionSettings(
            queue: QueueSettings(), isFIFO: false, handlers: [.plain()])
        scene.send(.settingsChanged(settings))
        #expect(scene.receives.map(\.maximumMessages) == [1])
    }

    @Test func `what arrives while the gate is shut is released`() {
        var scene = Scene()
        scene.receive(["a"])
        // The next receive is out already when the gate trips.
        scene.finish(1, Self.broken)
        scene.receive(["b"])
        #expect(scene.runs.isEmpty)
        #expect(scene.changes == [2: 0])
        #expect(scene.reports.contains(.released(1, .gate)))
    }

    @Test(
        arguments: [
            (.failed(after: .seconds(2)), true), (.failed(after: .zero), true),
            (.threw("failed"), true), (.outcome(.retry(after: nil)), true),
            (.outcome(.retry(after: .seconds(2))), false),
            (.outcome(.reject(reason: "bad")), false), (.cancelled, false),
        ] as [(HandlerResult, Bool)])
    func `a failure counts whatever delay is configured, a wish for one does not`(
        result: HandlerResult, isFailure: Bool
    ) {
        var scene = Scene(handlers: [.plain(concurrency: 1)])
        var trips = 0
        for lease in 1...60 {
            scene.receive(["\(lease)"])
            scene.finish(UInt64(lease), result)
            trips += scene.reports.count { if case .gateTripped = $0 { true } else { false } }
            scene.pass(.milliseconds(100))
        }
        #expect(trips == (isFailure ? 1 : 0))
    }

    @Test(arguments: [(1, 1), (10, 0)])
    func `a receive that waits is cut, one of a busy queue brings its answer`(
        messages: Int, cut: Int
    ) {
        var scene = Scene(handlers: [.plain(concurrency: 30)])
        scene.receive((1...messages).map { "\($0)" })
        #expect(!scene.out.isEmpty)
        scene.finish(1, Self.broken)
        #expect((scene.cutReceives == 0) == (cut == 0))
        // Cut before anything is released.
        let order = scene.effects.compactMap { effect in
            switch effect {
            case .cancelReceive: "cut"
            case .changeVisibility: "release"
            default: nil
            }
        }
        #expect(order.last == "release")
    }

    @Test func `many failures in a row count as a broken handler, a success among them does not`() {
        var tripped: [Int] = []
        for successes in [false, true] {
            var scene = Scene(handlers: [.plain(concurrency: 1)])
            var failures = 0
            for lease in 1...60 {
                scene.receive(["\(lease)"])
                guard scene.runs == [UInt64(lease)] else { break }
                let good = successes && lease % 20 == 0
                scene.finish(UInt64(lease), good ? .outcome(.done) : .threw("failed"))
                failures += 1
                scene.pass(.milliseconds(100))
            }
            tripped.append(failures)
        }
        #expect(tripped == [50, 60])
    }
}
