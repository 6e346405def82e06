/// The time as the engine sees it. Tests bring their own.
package protocol EngineClock: Sendable {
    func now() -> Instant
    /// Returns at the moment given, or throws when its task is cancelled.
    func sleep(until moment: Instant) async throws
}

/// The machine's monotonic clock, counted from when this value was made. Time that the machine
/// slept counts: a lease runs out meanwhile.
package struct MonotonicClock: EngineClock {
    private let clock = ContinuousClock()
    private let origin: ContinuousClock.Instant

    package init() {
        origin = clock.now
    }

    package func now() -> Instant {
        Instant(sinceStart: origin.duration(to: clock.now))
    }

    package func sleep(until moment: Instant) async throws {
        try await clock.sleep(until: origin.advanced(by: moment.sinceStart))
    }
}
