import SubscriberEngine
import Testing

@Suite struct ValueTests {
    @Test func `a backoff doubles from its first delay to its cap, jittered by half`() {
        let pace = Backoff.Pace(initial: .seconds(1), maximum: .seconds(20))
        var backoff = Backoff()
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
        let pace = Backoff.Pace(initial: .seconds(10), maximum: .seconds(10))
        let delays = (0..<UInt64(200)).map { seed in
            var backoff = Backoff()
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

    @Test func `the clock does not go back`() {
        let clock = MonotonicClock()
        let first = clock.now()
        #expect(first >= .start)
        #expect(clock.now() >= first)
    }
}
