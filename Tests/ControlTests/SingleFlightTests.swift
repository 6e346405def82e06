import Control
import Synchronization
import Testing

@Suite struct SingleFlightTests {
    /// What is made one after the other: each when the test says so.
    private struct Maker: Sendable {
        /// The number of each that was begun.
        let begun: AsyncStream<Int>
        private let beginning: AsyncStream<Int>.Continuation
        private let permits: AsyncStream<Void>
        private let permission: AsyncStream<Void>.Continuation
        private let number = Box()

        final class Box: Sendable {
            let number = Atomic<Int>(0)
        }

        init() {
            (begun, beginning) = AsyncStream<Int>.makeStream()
            (permits, permission) = AsyncStream<Void>.makeStream()
        }

        func make() async -> Int {
            let number = number.number.add(1, ordering: .relaxed).newValue
            beginning.yield(number)
            var permits = permits.makeAsyncIterator()
            await permits.next()
            return number
        }

        func permit() { permission.yield() }
    }

    @Test func `who comes while one is made gets the next, and all of them the same`() async {
        let maker = Maker()
        let flight = SingleFlight { await maker.make() }
        var begun = maker.begun.makeAsyncIterator()
        async let first = flight.value()
        #expect(await begun.next() == 1)
        let others = (0..<60).map { _ in Task { await flight.value() } }
        await flight.untilWaiting(for: 60)
        maker.permit()
        #expect(await first == 1)
        #expect(await begun.next() == 2)
        // Late for the second, though it is not done yet.
        let late = Task { await flight.value() }
        await flight.untilWaiting(for: 1)
        maker.permit()
        for other in others { #expect(await other.value == 2) }
        #expect(await begun.next() == 3)
        maker.permit()
        #expect(await late.value == 3)
    }

    @Test func `one after the other is made anew, unless it may be older`() async {
        let now = Mutex(ContinuousClock.now)
        let made = Atomic<Int>(0)
        let make: @Sendable () async -> Int = { made.add(1, ordering: .relaxed).newValue }
        let always = SingleFlight(make: make)
        #expect(await always.value() == 1)
        #expect(await always.value() == 2)
        let kept = SingleFlight(age: .seconds(1), now: { now.withLock { $0 } }, make: make)
        #expect(await kept.value() == 3)
        now.withLock { $0 += .milliseconds(999) }
        #expect(await kept.value() == 3)
        now.withLock { $0 += .milliseconds(1) }
        #expect(await kept.value() == 4)
    }
}

extension SingleFlight {
    fileprivate func untilWaiting(for number: Int) async {
        while waiterCount < number { await Task.yield() }
    }
}
