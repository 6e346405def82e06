import Synchronization

/// A clock that stands until it is moved.
final class ManualClock: Clock, Sendable {
    struct Instant: InstantProtocol {
        var offset: Duration

        func advanced(by duration: Duration) -> Instant { Instant(offset: offset + duration) }
        func duration(to other: Instant) -> Duration { other.offset - offset }
        static func < (left: Instant, right: Instant) -> Bool { left.offset < right.offset }
    }

    private struct Sleeper {
        let deadline: Instant
        let continuation: CheckedContinuation<Void, Never>
    }

    private struct State {
        var now = Instant(offset: .zero)
        var sleepers: [Sleeper] = []
    }

    private let state = Mutex(State())
    /// How long each new sleeper wants to sleep.
    let sleeps: AsyncStream<Duration>
    private let slept: AsyncStream<Duration>.Continuation

    init() {
        (sleeps, slept) = AsyncStream.makeStream()
    }

    var now: Instant { state.withLock { $0.now } }
    var minimumResolution: Duration { .nanoseconds(1) }

    /// Does not end when cancelled: nothing here cancels a sleeper.
    func sleep(until deadline: Instant, tolerance: Duration?) async throws {
        await withCheckedContinuation { continuation in
            let now = state.withLock { state in
                state.sleepers.append(Sleeper(deadline: deadline, continuation: continuation))
                return state.now
            }
            slept.yield(now.duration(to: deadline))
            advance(by: .zero)
        }
    }

    func advance(by duration: Duration) {
        let awake = state.withLock { state in
            state.now = state.now.advanced(by: duration)
            let now = state.now
            defer { state.sleepers.removeAll { $0.deadline <= now } }
            return state.sleepers.filter { $0.deadline <= now }
        }
        for sleeper in awake { sleeper.continuation.resume() }
    }
}

/// A wall clock that is set by hand.
final class ManualWall: Sendable {
    private let seconds = Mutex(0.0)

    init(_ seconds: Double = 1_000_000_000) {
        self.seconds.withLock { $0 = seconds }
    }

    var secondsSince1970: Double { seconds.withLock { $0 } }

    func advance(bySeconds step: Double) {
        seconds.withLock { $0 += step }
    }
}
