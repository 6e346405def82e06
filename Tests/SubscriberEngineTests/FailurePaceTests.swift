import MessageHandling
import SQS
import SubscriberEngine
import Testing

/// Failing runs slow a handler down, and never stop it.
@Suite struct FailurePaceTests {
    static let failed = HandlerResult.threw("failed")

    /// A queue that always has messages, and a handler that fails them at once; `good` are those
    /// that it does not fail. Answers when each message was run.
    static func serve(
        for time: Duration, concurrency: Int = 10, good: (Int) -> Bool = { _ in false }
    ) -> (runs: [Instant], scene: Scene) {
        var scene = Scene(handlers: [.plain(concurrency: concurrency)])
        var runs: [Instant] = []
        var number = 0
        let end = scene.now + time
        while scene.now < end {
            let asked = scene.out.last?.maximumMessages ?? 0
            if asked > 0 { scene.receive((0..<asked).map { "\(number + $0)" }) }
            number += asked
            while let lease = scene.takeRun() {
                runs.append(scene.now)
                scene.finish(lease, good(runs.count) ? .outcome(.done) : failed)
            }
            scene.answerAll()
            scene.pass(.milliseconds(10))
        }
        return (runs, scene)
    }

    @Test func `a handler that fails everything gets a few every five seconds, and never none`() {
        let (runs, scene) = Self.serve(for: .seconds(600))
        let late = runs.filter { $0 >= .start + .seconds(300) }
        #expect((150...183).contains(late.count), "\(late.count)")
        let gaps = zip(late, late.dropFirst()).map { $1 - $0 }
        #expect(gaps.allSatisfy { $0 <= .milliseconds(5_100) })
        let slow = scene.subscription.snapshot().slowHandlers
        #expect(slow.map(\.handler) == ["handler0"])
        #expect(scene.subscription.snapshot().gate == nil)
    }

    @Test func `two hundred bad messages ahead of good ones cost less than twice their time`() {
        let (plain, _) = Self.serve(for: .seconds(5), good: { $0 % 2 == 0 })
        let (mixed, scene) = Self.serve(for: .seconds(5), good: { $0 > 200 })
        let usual = plain.prefix(600).last.map { $0 - .start } ?? .zero
        let held = mixed.prefix(600).last.map { $0 - .start } ?? .zero
        #expect(mixed.count >= 600 && held < usual * 2, "\(held) against \(usual)")
        #expect(scene.subscription.snapshot().slowHandlers.isEmpty)
    }

    @Test func `it slows down in steps, is reported twice, and each success brings it back`() {
        var pace = FailurePace()
        var limits: [Int] = []
        var changes: [FailurePace.Change] = []
        for _ in 1...400 {
            if let change = pace.failed(concurrency: 16, at: .start) { changes.append(change) }
            limits.append(pace.limit(running: 0, concurrency: 16, at: .start))
        }
        #expect(limits[73] == 16 && limits[74] == 8 && limits[149] == 4 && limits[224] == 2)
        #expect(limits[299] == 0)
        #expect(
            changes == [
                .slowed(failures: 75, isProbing: false), .slowed(failures: 300, isProbing: true),
            ])
        limits = []
        var recovered = 0
        for _ in 1...4 {
            if case .recovered = pace.succeeded(concurrency: 16, at: .start) { recovered += 1 }
            limits.append(pace.limit(running: 0, concurrency: 16, at: .start))
        }
        #expect(limits == [3, 6, 12, 16] && recovered == 1)
    }

    @Test func `a failure among successes slows nothing down`() {
        let (_, scene) = Self.serve(for: .seconds(20), good: { $0 % 50 == 0 })
        #expect(scene.subscription.snapshot().slowHandlers.isEmpty)
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
        var slowed = 0
        for lease in 1...80 {
            scene.receive(["\(lease)"])
            scene.finish(UInt64(lease), result)
            slowed += scene.reports.count { if case .handlerSlowed = $0 { true } else { false } }
            scene.pass(.milliseconds(100))
        }
        #expect(slowed == (isFailure ? 1 : 0))
    }

    /// A queue with a handler that is slow, and one that is well, and messages for the slow one.
    static func besideOther(isSelective: Bool) -> Scene {
        var scene = Scene(handlers: [
            .plain(0, concurrency: 1, isSelective: isSelective),
            .plain(1, concurrency: 20, isSelective: isSelective),
        ])
        var lease: UInt64 = 0
        while scene.subscription.snapshot().slowHandlers.isEmpty, lease < 100 {
            lease += 1
            scene.receive(["\(lease)"], handlers: [HandlerID(0)])
            scene.finish(lease, failed)
            scene.pass(.milliseconds(100))
        }
        return scene
    }

    @Test(arguments: [true, false])
    func `what waits for a handler that is slowed down is not received again and again`(
        isSelective: Bool
    ) {
        var scene = Self.besideOther(isSelective: isSelective)
        var receives = 0
        var next = 0
        let end = scene.now + .seconds(60)
        while scene.now < end {
            while let asked = scene.out.last?.maximumMessages {
                let handlers = isSelective ? [HandlerID(0)] : nil
                scene.receive((0..<asked).map { "w\(next + $0)" }, handlers: handlers)
                next += asked
                receives += 1
                for effect in scene.effects {
                    guard case .run(let lease, let handler) = effect else { continue }
                    let isSlow = handler == HandlerID(0)
                    scene.finish(
                        lease.value, isSlow ? Self.failed : .outcome(.done),
                        handler: handler.value)
                }
                #expect(receives < 1_000)
                if receives >= 1_000 { return }
                scene.answerAll()
            }
            scene.pass(.milliseconds(100))
        }
    }

    @Test func `a reload keeps the pace of a handler that stays`() {
        var (_, scene) = Self.serve(for: .seconds(60))
        scene.reload()
        #expect(scene.subscription.snapshot().slowHandlers.count == 1)
        scene.reload(handlers: [.plain(1)])
        #expect(scene.subscription.snapshot().slowHandlers.isEmpty)
    }
}
