import FoundationEssentials

/// The time for a store that serves: the wall clock of the start plus the monotonic time since, so
/// that no message becomes visible early or late because somebody set the clock.
struct StoreClock: Sendable {
    private let start: StoreInstant
    private let origin: ContinuousClock.Instant

    init() {
        start = StoreInstant(microseconds: Int64(Date().timeIntervalSince1970 * 1_000_000))
        origin = .now
    }

    var now: StoreInstant { start + (.now - origin) }
}
