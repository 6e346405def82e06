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
            scene.reports.contains(.gateTripped(handler: "handler0", reason: "no such file")))
        #expect(scene.subscription.snapshot().gate?.handler == "handler0")
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
            scene.reports.contains(.gateTripped(handler: "handler0", reason: "no such file")))
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
