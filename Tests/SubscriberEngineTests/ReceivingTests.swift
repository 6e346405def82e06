import MessageHandling
import SQS
import SubscriberEngine
import Testing

@Suite struct ReceivingTests {
    /// Nothing is hoarded: min(10, free slots, room under the handlers' concurrency).
    @Test(arguments: [
        (slots: 64, concurrency: 64, asked: 10), (slots: 3, concurrency: 64, asked: 3),
        (slots: 64, concurrency: 4, asked: 4), (slots: 1, concurrency: 1, asked: 1),
    ])
    func `a receive asks for what there is room for`(
        slots: Int, concurrency: Int, asked: Int
    ) {
        let scene = Scene(handlers: [.plain(concurrency: concurrency)], slots: slots)
        #expect(scene.receives.map(\.maximumMessages) == [asked])
    }

    /// Whether each handler gets some of the messages only, its concurrency, and what is asked for.
    @Test(
        arguments: [
            ([(false, 3)], 3), ([(true, 3)], 3), ([(false, 3), (false, 5)], 5),
            ([(true, 3), (false, 5)], 5), ([(true, 3), (true, 5)], 8),
            ([(true, 3), (true, 5), (true, 1)], 9),
        ] as [([(Bool, Int)], Int)])
    func `a queue has room for the sum of its handlers where none gets every message`(
        handlers: [(isSelective: Bool, concurrency: Int)], room: Int
    ) {
        let settings = handlers.enumerated().map { index, handler in
            HandlerSettings.plain(
                index, concurrency: handler.concurrency, isSelective: handler.isSelective)
        }
        let scene = Scene(handlers: settings)
        #expect(scene.out.first?.maximumMessages == room)
    }

    @Test func `a handler that is full keeps no message from another`() {
        let handlers = [0, 1].map { HandlerSettings.plain($0, concurrency: 4, isSelective: true) }
        var scene = Scene(handlers: handlers)
        scene.receive((0..<4).map { "slow \($0)" }, handlers: [HandlerID(0)])
        scene.pass(.seconds(1))
        #expect(scene.out.last?.maximumMessages == 4)
        scene.receive(["fast"], handlers: [HandlerID(1)])
        #expect(scene.runs(of: 1) == [5])
    }

    @Test func `the handler with the largest concurrency makes the capacity`() {
        let scene = Scene(handlers: [.plain(0, concurrency: 2), .plain(1, concurrency: 7)])
        #expect(scene.receives.map(\.maximumMessages) == [7])
    }

    /// Others for it would only be kept from other hosts.
    @Test func `nothing is received while more waits for a handler than it can take soon`() {
        var scene = Scene(handlers: [.plain(0, concurrency: 1), .plain(1, concurrency: 64)])
        scene.receive((1...10).map { "\($0)" }, handlers: [HandlerID(0)])
        scene.receive((11...20).map { "\($0)" }, handlers: [HandlerID(0)])
        while !scene.out.isEmpty { scene.receive([]) }
        scene.pass(.seconds(5))
        #expect(scene.out.isEmpty)
        for lease in UInt64(1)...11 { scene.finish(lease) }
        scene.pass(.seconds(5))
        #expect(!scene.out.isEmpty)
    }

    @Test func `without a free slot nothing is received`() {
        var scene = Scene(slots: 2)
        scene.receive(["a", "b"])
        #expect(scene.runs == [1, 2])
        scene.pass(.seconds(10))
        #expect(scene.receives.isEmpty)
        #expect(scene.out.isEmpty)
        scene.finish(1)
        scene.pass(.seconds(1))
        #expect(scene.out.map(\.maximumMessages) == [1])
    }

    @Test func `unused slots of a receive that came back short are free for others`() {
        var scene = Scene(handlers: [.plain(concurrency: 2)], slots: 5)
        #expect(scene.slots == 3)
        scene.receive(["a"])
        // One under the message, one under the next receive.
        #expect(scene.slots == 3)
        #expect(scene.subscription.snapshot().slotsHeld == 2)
        scene.send(.stopNow)
        #expect(scene.slots == 3)
        scene.finish(1, .cancelled)
        #expect(scene.slots == 4)
    }

    @Test func `full batches bring more receives, and an empty one brings one`() {
        var scene = Scene(handlers: [.plain(concurrency: 100)], slots: 100)
        for round in 0..<6 { scene.receive((0..<10).map { "\(round)-\($0)" }) }
        #expect(scene.out.count >= 4)
        while !scene.out.isEmpty, scene.out.count > 1 { scene.receive([]) }
        scene.pass(.seconds(2))
        scene.receive([])
        scene.pass(.seconds(2))
        #expect(scene.out.count == 1)
    }

    @Test func `a second receive beside a waiting one does not wait long`() {
        var scene = Scene(handlers: [.plain(concurrency: 100)], slots: 100)
        #expect(scene.receives.map(\.waitTime) == [.seconds(20)])
        scene.receive((0..<10).map { "\($0)" })
        #expect(scene.receives.map(\.waitTime) == [.seconds(20), .seconds(1)])
    }

    /// A receive from a queue that has more waits a moment, so that it can ask for more at once.
    @Test func `messages that end together are received together`() {
        var scene = Scene(handlers: [.plain(concurrency: 10)], slots: 10)
        scene.receive((0..<10).map { "\($0)" })
        scene.pass(.seconds(20))
        scene.answer()
        for lease in 1...4 {
            scene.finish(UInt64(lease))
            #expect(scene.receives.isEmpty)
        }
        scene.pass(.milliseconds(30))
        #expect(scene.receives.map(\.maximumMessages) == [4])
    }

    @Test(arguments: [
        (SQSError.Kind.transient, Duration.milliseconds(25), Duration.seconds(20)),
        (.throttled, .milliseconds(500), .seconds(20)), (.credentials, .seconds(1), .seconds(60)),
        (.clockSkew, .seconds(1), .seconds(60)), (.denied, .seconds(5), .seconds(300)),
        (.missing, .seconds(5), .seconds(300)), (.malformed, .seconds(5), .seconds(300)),
        (.overLimit, .milliseconds(500), .seconds(20)),
        (.cancelled, .milliseconds(25), .seconds(20)),
    ])
    func `every kind of error backs off, up to its own cap`(
        kind: SQSError.Kind, first: Duration, cap: Duration
    ) {
        var scene = Scene()
        scene.failReceive(kind)
        #expect(scene.receives.isEmpty)
        scene.pass(first - .milliseconds(1))
        #expect(scene.receives.isEmpty)
        for _ in 0..<14 {
            scene.pass(cap)
            #expect(scene.out.count == 1)
            scene.failReceive(kind)
        }
        scene.pass(cap / 2 - .milliseconds(1))
        #expect(scene.out.isEmpty)
        scene.pass(cap / 2 + .milliseconds(2))
        #expect(scene.out.count == 1)
    }

    @Test func `a trouble is reported when it begins, changes its nature and ends`() {
        var scene = Scene()
        var reports: [Report] = []
        for kind in [SQSError.Kind.transient, .throttled, .transient, .denied, .denied] {
            scene.failReceive(kind)
            reports += scene.reports
            scene.pass(.seconds(300))
        }
        scene.receive([])
        reports += scene.reports
        #expect(reports.count == 3)
        guard case .troubleEnded(.receive, _, let failures) = reports.last else {
            Issue.record("no end was reported")
            return
        }
        #expect(failures == 5)
        #expect(scene.subscription.snapshot().troubles.isEmpty)
    }

    @Test func `a server that answers empty at once is not asked more than once a second`() {
        var scene = Scene()
        var count = 0
        for _ in 0..<50 {
            scene.receive([])
            count += scene.receives.count
            scene.pass(.milliseconds(100))
            count += scene.receives.count
        }
        #expect(count <= 6)
    }

    @Test func `nothing is received before the visibility timeout of the queue is known`() {
        var subscription = Subscription(
            settings: SubscriptionSettings(
                queue: QueueSettings(), isFIFO: false, handlers: [.plain()]), seed: 1)
        let first = subscription.handle(.timePassed, at: .start)
        #expect(first.contains { if case .readAttributes = $0 { true } else { false } })
        #expect(!first.contains { if case .wantSlots = $0 { true } else { false } })
        let read = QueueAttributes(visibilityTimeout: .seconds(45))
        let second = subscription.handle(.attributesRead(read), at: .start + .seconds(1))
        #expect(second.contains { if case .wantSlots(10, true) = $0 { true } else { false } })
        let third = subscription.handle(.slotsGranted(10), at: .start + .seconds(1))
        guard case .receive(let receive)? = third.first else {
            Issue.record("no receive")
            return
        }
        #expect(receive.visibilityTimeout == .seconds(45))
    }

    @Test func `where the timeout may not be read the default of SQS is asked for`() {
        var subscription = Subscription(
            settings: SubscriptionSettings(
                queue: QueueSettings(), isFIFO: false, handlers: [.plain()]), seed: 1)
        _ = subscription.handle(.timePassed, at: .start)
        _ = subscription.handle(.attributesFailed(.denied), at: .start)
        #expect(subscription.snapshot().visibilityTimeout == .seconds(30))
    }

    @Test func `the configured visibility timeout counts before the queue's`() {
        let queue = QueueSettings(visibilityTimeout: .seconds(90))
        let scene = Scene(queue: queue, timeout: .seconds(30))
        #expect(scene.receives.map(\.visibilityTimeout) == [.seconds(90)])
    }

    @Test func `a change of the queue's timeout is read and reported`() {
        var scene = Scene()
        scene.pass(AttributeInterval.value)
        #expect(scene.effects.contains { if case .readAttributes = $0 { true } else { false } })
        scene.send(.attributesRead(QueueAttributes(visibilityTimeout: .seconds(60))))
        #expect(scene.reports == [.visibilityTimeout(.seconds(60))])
    }

    @Test(arguments: [(2, 30), (10, 30), (60, 60)] as [(Int64, Int64)])
    func `a change of the queue's timeout counts for leases to come, and ends none`(
        seconds: Int64, renewal: Int64
    ) {
        var scene = Scene()
        scene.send(.attributesRead(QueueAttributes(visibilityTimeout: .seconds(seconds))))
        // The receive that is out asked for the old one.
        scene.receive(["a"])
        #expect(scene.receives.map(\.visibilityTimeout) == [.seconds(seconds)])
        scene.pass(.seconds(12))
        #expect(scene.changes.isEmpty)
        scene.pass(.seconds(2))
        #expect(scene.changes == [1: renewal])
        for _ in 0..<200 {
            scene.answer()
            #expect(scene.cancels.isEmpty && scene.endings.isEmpty)
            scene.pass(.seconds(1))
        }
        scene.finish(1)
        #expect(scene.runs.isEmpty)
        scene.pass(.milliseconds(50))
        #expect(scene.deletes == [[1]])
    }

    /// A lost answer is repeated as it was; an answered receive is not.
    @Test func `a lost answer repeats the receive of a FIFO queue with its attempt id`() {
        var scene = Scene(fifo: true)
        let first = scene.receives.first?.attemptID
        #expect(first != nil)
        scene.failReceive(.transient)
        scene.pass(.seconds(1))
        #expect(scene.receives.first?.attemptID == first)
        scene.receive([])
        scene.pass(.seconds(2))
        #expect(scene.receives.first?.attemptID != first)
        let second = scene.receives.first?.attemptID
        scene.failReceive(.transient)
        scene.pass(.seconds(301))
        #expect(scene.receives.first?.attemptID == second)
    }

    @Test func `an attempt id is not used for longer than SQS knows it`() {
        var scene = Scene(fifo: true)
        let first = scene.receives.first?.attemptID
        scene.send(.timePassed, after: .seconds(280))
        scene.failReceive(.transient)
        scene.pass(.seconds(1))
        #expect(scene.receives.count == 1)
        #expect(scene.receives.first?.attemptID != first)
    }

    @Test func `a standard queue's receive has no attempt id`() {
        #expect(Scene().receives.map(\.attemptID) == [nil])
    }

    @Test func `what comes beyond what was asked for is released`() {
        var scene = Scene(slots: 2)
        scene.receive(["a", "b", "c"])
        #expect(scene.runs == [1, 2])
        #expect(scene.changes == [3: 0])
        #expect(scene.reports.contains(.released(1, .surplus)))
    }
}

private enum AttributeInterval {
    static let value = Duration.seconds(300)
}
