import SubscriberEngine
import TestKit

/// The engine's time on a clock that stands until it is moved.
struct ManualTime: EngineClock {
    private let clock = ManualClock()

    func now() -> Instant { .start + clock.now.offset }

    func sleep(until moment: Instant) async throws {
        try await clock.sleep(until: ManualClock.Instant(offset: moment - .start), tolerance: nil)
    }

    func advance(by duration: Duration) { clock.advance(by: duration) }

    /// Returns when a sleep has begun that ends in between.
    func waitForSleep(until moments: ClosedRange<Instant>) async {
        await clock.sleeps.wait { sleeps in
            sleeps.contains { moments.contains(.start + $0.until.offset) }
        }
    }
}
