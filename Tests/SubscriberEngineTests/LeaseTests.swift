import MessageHandling
import SQS
import SubscriberEngine
import Testing

@Suite struct LeaseTests {
    @Test(arguments: [2, 3, 10, 30, 300, 3_600])
    func `a lease is renewed well before it lapses`(seconds: Int64) {
        var scene = Scene(timeout: .seconds(seconds))
        scene.receive(["a"])
        scene.pass(.seconds(seconds) * 0.37)
        #expect(scene.changes.isEmpty)
        scene.pass(.seconds(seconds) * 0.14)
        #expect(scene.changes == [1: seconds])
    }

    /// From the moment the receive was sent, not from its answer.
    @Test func `a lease is counted from the moment the receive was sent`() {
        var scene = Scene(timeout: .seconds(30))
        scene.send(.timePassed, after: .seconds(19))
        scene.receive(["a"])
        #expect(scene.runs == [1])
        // 30 s after the receive was sent it lapses; the handler is gone before.
        scene.pass(.milliseconds(7_400))
        #expect(scene.cancels == [1])
    }

    @Test func `buffered messages are renewed with those that run, ten at a time`() {
        var scene = Scene(handlers: [.plain(0, concurrency: 2), .plain(1, concurrency: 12)])
        let first = scene.out.count
        scene.receive((0..<10).map { "\($0)" }, handlers: [HandlerID(0)])
        #expect(first == 1)
        #expect(scene.runs.count == 2)
        scene.pass(.seconds(16))
        #expect(scene.changes.count == 10)
        let batches = scene.effects.filter {
            if case .changeVisibility = $0 { true } else { false }
        }
        #expect(batches.count == 1)
    }

    @Test func `a refused renewal cancels the handler and discards what it returns`() {
        var scene = Scene()
        scene.receive(["a"])
        scene.pass(.seconds(15))
        scene.answer(.lost)
        #expect(scene.cancels == [1])
        #expect(scene.endings == [1: .leftToLapse(.leaseLost(.refused))])
        scene.finish(1)
        guard case .outcomeDiscarded? = scene.reports.first else {
            Issue.record("reported \(scene.reports)")
            return
        }
        scene.pass(.seconds(60))
        #expect(scene.deletes.isEmpty)
    }

    @Test func `what a handler did before it was told to end counts`() {
        var scene = Scene(timeout: .seconds(30))
        scene.receive(["a"])
        // Told of at a moment at which the lease would be given up.
        scene.finish(1, after: .seconds(27))
        #expect(scene.cancels.isEmpty)
        // It is deleted when it comes back, and not run again.
        let done = Completion(messageID: "a", handlers: ["handler0"], isDeletable: true)
        #expect(scene.kept == [.remembered(done)])
    }

    @Test func `a renewal that fails is repeated until the handler must be cancelled`() {
        var scene = Scene(timeout: .seconds(30))
        scene.receive(["a"])
        var renewals = 0
        var cancelledAt: Instant?
        for _ in 0..<120 where cancelledAt == nil {
            scene.pass(.milliseconds(250))
            if !scene.cancels.isEmpty { cancelledAt = scene.now }
            renewals += scene.changes.isEmpty ? 0 : 1
            scene.answer(.cut)
        }
        #expect((3...5).contains(renewals))
        #expect(cancelledAt.map { $0.sinceStart < .seconds(30) } ?? false)
        #expect(cancelledAt.map { $0.sinceStart > .seconds(25) } ?? false)
    }

    /// Whichever of two renewals SQS takes last counts, and that may be the first: late, or for the
    /// second time, as a proxy may send it. Found by the simulation.
    @Test(arguments: [false, true])
    func `all renewals of a lease ask for what the first one did`(isAnswered: Bool) {
        var scene = Scene(timeout: .seconds(4))
        scene.receive(["a"])
        scene.pass(.milliseconds(1_800))
        #expect(scene.changes == [1: 4])
        let renewal = scene.effects
        scene.send(.attributesRead(QueueAttributes(visibilityTimeout: .seconds(30))))
        scene.pass(.milliseconds(600))
        #expect(scene.changes == [1: 4])
        scene.answer()
        for case .changeVisibility(let batch, _) in renewal {
            scene.send(
                isAnswered
                    ? .visibilityAnswered(batch, failed: [:]) : .visibilityCallFailed(batch, .cut))
        }
        scene.pass(.seconds(2))
        #expect(scene.changes == [1: 4])
    }

    @Test func `the first renewal asks for a timeout that has become longer`() {
        var scene = Scene(timeout: .seconds(4))
        scene.receive(["a"])
        scene.send(.attributesRead(QueueAttributes(visibilityTimeout: .seconds(30))))
        scene.pass(.milliseconds(1_800))
        #expect(scene.changes == [1: 30])
    }

    @Test func `a renewal without an answer cancels the handler before the lease lapses`() {
        var scene = Scene(timeout: .seconds(2))
        scene.receive(["a"])
        scene.pass(.milliseconds(1_990))
        #expect(scene.cancels == [1])
        #expect(scene.endings == [1: .leftToLapse(.leaseLost(.unanswered))])
    }

    /// A program has 5 s from SIGTERM to SIGKILL where its lease leaves so much.
    @Test(
        arguments: [
            (2, 500), (4, 500), (6, 750), (30, 3_750), (48, 6_000), (300, 6_000), (7_200, 6_000),
        ] as [(Int64, Int64)])
    func `a handler is told to end, and by when, before its lease lapses`(
        seconds: Int64, lead: Int64
    ) {
        var scene = Scene(timeout: .seconds(seconds))
        scene.receive(["a"])
        let lapse = Instant.start + .seconds(seconds)
        scene.pass(.seconds(seconds) - .milliseconds(lead + 1))
        #expect(scene.cancels.isEmpty)
        scene.pass(.milliseconds(1))
        #expect(scene.cancelReasons == [.leaseLost(.unanswered, until: lapse)])
    }

    @Test func `a handler that a stop told to end is told when its lease is lost`() {
        var scene = Scene(timeout: .seconds(4))
        scene.receive(["a"])
        scene.send(.stopNow)
        #expect(scene.cancelReasons == [.stopping])
        scene.pass(.milliseconds(3_500))
        #expect(
            scene.cancelReasons == [.leaseLost(.unanswered, until: .start + .seconds(4))])
        #expect(scene.endings == [1: .leftToLapse(.leaseLost(.unanswered))])
    }

    @Test func `a handler that wants to continues without its lease, and is deleted if done`() {
        var scene = Scene(handlers: [.plain(onLeaseLost: .continue)])
        scene.receive(["a"])
        scene.pass(.seconds(15))
        scene.answer(.lost)
        #expect(scene.cancels.isEmpty)
        #expect(
            scene.reports.contains(.leaseLost(messageID: "a", .refused, .continuing)))
        scene.finish(1, after: .seconds(100))
        #expect(scene.deletes == [[1]])
        scene.answer(.lost)
        #expect(scene.endings == [1: .leftToLapse(.deleteUnconfirmed)])
    }

    /// SQS answers a delete by a void handle as if it had worked. Found by the simulation.
    @Test func `a lost lease says what was being done with the message`() {
        var scene = Scene(
            handlers: [.plain(0, concurrency: 1), .plain(1)],
            queue: QueueSettings(deadLetterQueueURL: "dead"))
        scene.receive(
            ["handled", "rejected", "runs", "waits"], handlers: [HandlerID(0)])
        scene.finish(1)
        scene.finish(2, .outcome(.reject(reason: "bad")))
        var works: [String: LostWork] = [:]
        // Nothing is answered: no delete, no renewal.
        scene.pass(.seconds(60))
        for case .leaseLost(let id, .unanswered, let work) in scene.reports { works[id] = work }
        #expect(
            works == [
                "handled": .deleting, "rejected": .deadLettering, "runs": .cancelled,
                "waits": .waiting,
            ])
    }

    @Test func `a message deleted without its lease is not run again when it comes back`() {
        var scene = Scene(handlers: [.plain(onLeaseLost: .continue)])
        scene.receive(["a"])
        scene.pass(.seconds(15))
        scene.answer(.lost)
        scene.finish(1)
        scene.answer()
        #expect(scene.endings == [1: .deleted])
        scene.receive(["a"], count: 2)
        #expect(scene.runs.isEmpty)
        scene.pass(.seconds(1))
        #expect(scene.deletes == [[2]])
    }

    /// A release that fails is repeated for as long as the message is ours. Found by the
    /// simulation.
    @Test func `a renewal that was out when its message was released counts for the release`() {
        var scene = Scene(timeout: .seconds(10))
        scene.receive(["a"])
        scene.pass(.milliseconds(5_100))
        let renewal = scene.effects
        scene.finish(1, .cancelled)
        scene.answer(.cut)
        for case .changeVisibility(let batch, _) in renewal {
            scene.send(.visibilityAnswered(batch, failed: [:]))
        }
        scene.pass(.seconds(8))
        #expect(scene.endings.isEmpty)
        #expect(scene.changes == [1: 0])
    }

    /// SQS refuses to hide a message for longer than 12 hours from its receive.
    @Test func `no renewal asks for more than twelve hours from the receive`() {
        var scene = Scene(timeout: .seconds(36_000))
        scene.receive(["a"])
        scene.pass(.seconds(20_000))
        let asked = scene.changes[1] ?? 0
        #expect(asked > 20_000)
        #expect(asked < 36_000)
        scene.answer()
        scene.pass(.seconds(43_000 - 20_000))
        #expect(scene.cancels.isEmpty)
        scene.pass(.seconds(200))
        #expect(scene.cancels == [1])
        #expect(scene.endings == [1: .leftToLapse(.leaseLost(.ceiling))])
    }

    /// With a timeout shorter than the poll, the answer may be older than the lease.
    @Test func `a message whose lease may have lapsed on the way is confirmed before it runs`() {
        var scene = Scene(timeout: .seconds(5))
        scene.send(.timePassed, after: .seconds(18))
        scene.receive(["a"])
        #expect(scene.runs.isEmpty)
        #expect(scene.changes == [1: 5])
        scene.answer()
        #expect(scene.runs == [1])
    }

    /// Found by the simulation, which saw it started and cancelled at one moment.
    @Test(arguments: [(Duration.milliseconds(3_700), true), (.milliseconds(4_370), false)])
    func `a message that is confirmed just before its lease lapses is not run`(
        delay: Duration, runs: Bool
    ) {
        var scene = Scene(timeout: .seconds(5))
        scene.send(.timePassed, after: .seconds(18))
        scene.receive(["a"])
        for case .changeVisibility(let batch, _) in scene.effects {
            scene.send(.visibilityAnswered(batch, failed: [:]), after: delay)
        }
        #expect(scene.runs == (runs ? [1] : []))
        #expect(scene.cancels.isEmpty)
    }

    @Test func `a message that could not be confirmed is never run`() {
        var scene = Scene(timeout: .seconds(5))
        scene.send(.timePassed, after: .seconds(18))
        scene.receive(["a"])
        scene.answer(.lost)
        #expect(scene.endings == [1: .leftToLapse(.leaseLost(.refused))])
        #expect(scene.runs.isEmpty)
    }

    @Test func `a handler that ignores being cancelled keeps its slot until it returns`() {
        var scene = Scene(handlers: [.plain(concurrency: 1)], slots: 1)
        scene.receive(["a"])
        scene.pass(.seconds(15))
        scene.answer(.lost)
        #expect(scene.endings.count == 1)
        #expect(scene.subscription.snapshot().abandoned == 1)
        scene.pass(.seconds(60))
        #expect(scene.out.isEmpty)
        scene.finish(1, .cancelled)
        scene.pass(.seconds(1))
        #expect(scene.out.count == 1)
        #expect(scene.subscription.snapshot().abandoned == 0)
    }

    /// Nor is it kept from other hosts for as long as the handler hangs.
    @Test func `a message does not run beside an abandoned run of itself`() {
        var scene = Scene()
        scene.receive(["a"])
        scene.pass(.seconds(15))
        scene.answer(.lost)
        scene.receive(["a"])
        #expect(scene.runs.isEmpty)
        scene.pass(.seconds(60))
        #expect(scene.endings == [2: .leftToLapse(.leaseLost(.heldBack))])
        #expect(scene.changes.isEmpty)
        scene.receive([])
        scene.receive(["a"])
        scene.finish(1, .cancelled)
        #expect(scene.runs == [3])
    }
}
