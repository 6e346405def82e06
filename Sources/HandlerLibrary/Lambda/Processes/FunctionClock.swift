/// The time that one function's decisions count in: since the function was set up. The machine's
/// sleep counts, as leases and credentials run out meanwhile.
struct FunctionClock: Sendable {
    private let clock = ContinuousClock()
    private let origin: ContinuousClock.Instant

    init() {
        origin = clock.now
    }

    var now: Duration { origin.duration(to: clock.now) }

    func moment(of instant: ContinuousClock.Instant) -> Duration {
        origin.duration(to: instant)
    }

    func sleep(until moment: Duration) async throws {
        try await clock.sleep(until: origin.advanced(by: moment))
    }
}
