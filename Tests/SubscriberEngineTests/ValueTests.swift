import HTTP
import MessageHandling
import SQS
import SubscriberEngine
import Testing

@Suite struct ValueTests {
    @Test func `a backoff doubles from its first delay to its cap, jittered by half`() {
        let pace = Backoff(initial: .seconds(1), maximum: .seconds(20))
        var backoff = FailedAttempts()
        var jitter = Jitter(seed: 4)
        for expected in [1, 2, 4, 8, 16, 20, 20, 20] {
            let delay = backoff.next(pace, &jitter)
            #expect(delay <= .seconds(expected))
            #expect(delay >= .seconds(expected) / 2)
        }
        backoff.reset()
        #expect(backoff.next(pace, &jitter) <= .seconds(1))
    }

    /// Daemons that failed together must not return together.
    @Test func `a backoff uses all of its upper half`() {
        let pace = Backoff(initial: .seconds(10), maximum: .seconds(10))
        let delays = (0..<UInt64(200)).map { seed in
            var backoff = FailedAttempts()
            var jitter = Jitter(seed: seed)
            return backoff.next(pace, &jitter)
        }
        #expect(Set(delays).count == delays.count)
        for part in 5..<10 {
            #expect(delays.contains { $0 >= .seconds(part) && $0 < .seconds(part + 1) })
        }
    }

    @Test func `a delay list repeats its last entry, and an empty one asks for nothing`() {
        var jitter = Jitter(seed: 4)
        let list = RetryPolicy.delays([.seconds(1), .seconds(100)])
        let late = list.delay(receiveCount: 7, &jitter)
        #expect(late.map { $0 >= .seconds(100) && $0 <= .seconds(120) } ?? false)
        #expect(RetryPolicy.delays([]).delay(receiveCount: 1, &jitter) == nil)
    }

    static let retries: [(HandlerResult, RetryPolicy)] = [
        (.outcome(.retry(after: .zero)), .visibilityTimeout),
        (.failed(after: .zero), .visibilityTimeout),
        (.threw("failed"), .delays([.zero])),
        (.outcome(.retry(after: .seconds(-1))), .visibilityTimeout),
    ]

    @Test(arguments: retries)
    func `a message without a delay is at once there again once, then ever later`(
        result: HandlerResult, policy: RetryPolicy
    ) {
        for (count, expected) in [
            (1, 0...0), (2, 1...1), (3, 2...2), (4, 4...4), (5, 8...9), (9, 60...72),
            (500, 60...72),
        ] as [(Int, ClosedRange<Int64>)] {
            var scene = Scene(handlers: [.plain(retry: policy)])
            scene.receive(["a"], count: count)
            scene.finish(1, result)
            scene.pass(.seconds(1))
            #expect(expected.contains(scene.changes[1] ?? -1), "\(count): \(scene.changes)")
        }
    }

    @Test func `a trouble is no longer told of a minute after nothing was tried again`() {
        var scene = Scene(queue: QueueSettings(deadLetterQueueURL: "dead"))
        scene.receive(["a"])
        scene.finish(1, .outcome(.reject(reason: "bad")))
        scene.send(.deadLetterAnswered(LeaseID(1), .cut))
        #expect(scene.subscription.snapshot().troubles.map(\.activity) == [.deadLetter])
        // The receives go on, and nothing is rejected any more.
        for _ in 1...3 {
            scene.pass(.seconds(19))
            scene.receive([])
        }
        #expect(scene.subscription.snapshot().troubles.map(\.activity) == [.deadLetter])
        scene.pass(.seconds(5))
        #expect(scene.subscription.snapshot().troubles.isEmpty)
        let forgotten = scene.reports.compactMap {
            if case .troubleForgotten(let activity, _, let failures) = $0 {
                return "\(activity) \(failures)"
            }
            return nil as String?
        }
        #expect(forgotten == ["deadLetter 1"])
    }

    @Test func `a trouble that lasts is told of for as long as it is tried`() {
        var scene = Scene()
        for _ in 1...100 {
            while scene.receives.isEmpty { scene.pass(.seconds(1)) }
            scene.failReceive(.denied)
            #expect(scene.subscription.snapshot().troubles.map(\.activity) == [.receive])
            #expect(
                !scene.reports.contains { if case .troubleForgotten = $0 { true } else { false } })
        }
    }

    @Test func `the clock does not go back`() {
        let clock = MonotonicClock()
        let first = clock.now()
        #expect(first >= .start)
        #expect(clock.now() >= first)
    }
}
