import HTTPTransport
import SubscriberEngine

/// The machine's monotonic clock, whose sleeps are timers of the network's thread.
struct NetworkClock: EngineClock {
    /// A timer of the loop stands still while the machine sleeps, and leases do not: after so long
    /// it is looked again.
    private static let longestSleep = Duration.seconds(5)

    private let clock = MonotonicClock()

    func now() -> Instant { clock.now() }

    func sleep(until moment: Instant) async throws {
        repeat {
            let time = min(moment - now(), Self.longestSleep)
            if time > .zero { try await NetworkThread.shared.sleep(for: time) }
        } while now() < moment
    }
}
