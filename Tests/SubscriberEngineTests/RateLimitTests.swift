import MessageHandling
import SQS
import SubscriberEngine
import Testing

@Suite struct RateLimitTests {
    /// A queue that never runs dry and handlers that are done at once: when each message came.
    static func arrivals(
        _ handlers: [HandlerSettings], for duration: Duration, fill: (Int) -> Int = { $0 }
    ) -> [Instant] {
        var scene = Scene(handlers: handlers)
        var arrivals: [Instant] = []
        var lease: UInt64 = 0
        let end = Instant.start + duration
        while scene.now < end {
            while let receive = scene.out.last {
                let count = fill(receive.maximumMessages)
                scene.receive((0..<count).map { "\(arrivals.count)-\($0)" })
                arrivals += Array(repeating: scene.now, count: count)
                for _ in 0..<count {
                    lease += 1
                    for handler in handlers { scene.finish(lease, handler: handler.id.value) }
                }
                scene.answerAll()
                if count == 0 { break }
            }
            scene.pass(.milliseconds(20))
            scene.answerAll()
        }
        return arrivals
    }

    @Test(arguments: [0.1, 0.5, 1, 1.5, 3, 10, 25, 200])
    func `no span of time brings more than the rate and one second's worth`(rate: Double) {
        let duration = max(20, 10 / rate)
        let arrivals = Self.arrivals(
            [.plain(concurrency: 500, messagesPerSecond: rate)], for: .seconds(duration))
        let atOnce = max(1, rate)
        for (index, from) in arrivals.enumerated() {
            for (count, to) in zip(1..., arrivals[index...]) {
                let span = (to - from) / Duration.seconds(1)
                #expect(Double(count) <= rate * span + atOnce + 0.001)
            }
        }
        // And the rate is used: nothing is lost to rounding or waiting.
        #expect(Double(arrivals.count) >= duration * rate - min(10, atOnce))
    }

    @Test func `half a message a second is one every two seconds`() {
        let arrivals = Self.arrivals(
            [.plain(concurrency: 5, messagesPerSecond: 0.5)], for: .seconds(9))
        #expect(
            arrivals.map { ($0 - .start) / .seconds(1) }.map { $0.rounded() } == [0, 2, 4, 6, 8])
    }

    @Test func `a reload to a fraction waits for it`() {
        var scene = Scene(handlers: [.plain(concurrency: 50, messagesPerSecond: 1)])
        scene.receive(["a"])
        scene.send(
            .settingsChanged(
                SubscriptionSettings(
                    queue: QueueSettings(), isFIFO: false,
                    handlers: [.plain(concurrency: 50, messagesPerSecond: 0.1)])))
        scene.pass(.milliseconds(9_500))
        #expect(scene.receives.isEmpty)
        scene.pass(.seconds(1))
        #expect(scene.receives.map(\.maximumMessages) == [1])
    }

    @Test func `the lowest limit of a queue's handlers counts`() {
        let arrivals = Self.arrivals(
            [
                .plain(0, messagesPerSecond: 100), .plain(1, messagesPerSecond: 4), .plain(2),
            ], for: .seconds(10))
        #expect((36...44).contains(arrivals.count))
    }

    @Test func `what may not come yet stays in the queue, and no slot waits for it`() {
        var scene = Scene(handlers: [.plain(concurrency: 50, messagesPerSecond: 5)])
        #expect(scene.out.map(\.maximumMessages) == [5])
        scene.receive(["a", "b", "c", "d", "e"])
        #expect(scene.runs.count == 5)
        #expect(scene.receives.isEmpty)
        #expect(scene.subscription.snapshot().slotsHeld == 5)
        scene.pass(.milliseconds(990))
        #expect(scene.receives.isEmpty)
        scene.pass(.milliseconds(15))
        #expect(scene.receives.map(\.maximumMessages) == [5])
    }

    /// A long poll and a full bucket together would be two seconds' worth at once.
    @Test func `a receive that waits for long does not save up messages`() {
        var scene = Scene(handlers: [.plain(concurrency: 50, messagesPerSecond: 5)])
        scene.pass(.seconds(19))
        scene.receive(["a", "b", "c", "d", "e"])
        #expect(scene.receives.isEmpty)
        scene.pass(.milliseconds(990))
        #expect(scene.receives.isEmpty)
    }

    @Test func `what a receive did not bring may come with the next`() {
        var scene = Scene(handlers: [.plain(concurrency: 50, messagesPerSecond: 5)])
        scene.receive(["a"])
        #expect(scene.receives.isEmpty)
        scene.pass(.milliseconds(200))
        #expect(scene.receives.map(\.maximumMessages) == [5])
        scene.failReceive(.transient)
        scene.pass(.seconds(1))
        #expect(scene.receives.map(\.maximumMessages) == [5])
    }

    @Test func `a reload changes the rate, and takes it away`() {
        var scene = Scene(handlers: [.plain(concurrency: 50, messagesPerSecond: 1)])
        scene.receive(["a"])
        scene.pass(.milliseconds(500))
        #expect(scene.receives.isEmpty)
        for (limit, expected) in [(2, 2), (nil, 10)] as [(Double?, Int)] {
            let handler = HandlerSettings.plain(concurrency: 50, messagesPerSecond: limit)
            scene.send(
                .settingsChanged(
                    SubscriptionSettings(
                        queue: QueueSettings(), isFIFO: false, handlers: [handler])))
            if scene.receives.isEmpty { scene.pass(.seconds(1)) }
            #expect(scene.receives.first?.maximumMessages == expected)
            scene.receive((0..<expected).map { "\(expected)-\($0)" })
        }
    }
}
