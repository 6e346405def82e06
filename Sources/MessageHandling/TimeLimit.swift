internal import Synchronization

/// How long one run of a handler may take, and whoever waits for the end of it.
package final class TimeLimit: Sendable {
    private let state: Mutex<ContinuousClock.Instant>
    private let latest: ContinuousClock.Instant
    private let noteExtension: (@Sendable (Duration) -> Void)?

    /// Counts from now.
    /// - Parameter noteExtension: told of every ``extend(by:)``.
    package init(
        _ duration: Duration = HandlerContext.longestTime,
        noteExtension: (@Sendable (Duration) -> Void)? = nil
    ) {
        self.noteExtension = noteExtension
        let now = ContinuousClock.now
        latest = now + HandlerContext.longestTime
        state = Mutex(min(now + duration, latest))
    }

    package var deadline: ContinuousClock.Instant { state.withLock { $0 } }

    package func extend(by duration: Duration) -> ContinuousClock.Instant {
        noteExtension?(duration)
        return state.withLock { deadline in
            guard duration > .zero, ContinuousClock.now < deadline else { return deadline }
            deadline = min(deadline + duration, latest)
            return deadline
        }
    }

    /// Returns when the deadline has passed, however often it was moved meanwhile. Throws when the
    /// task is cancelled.
    package func untilPassed() async throws {
        while true {
            let deadline = deadline
            guard ContinuousClock.now < deadline else { return }
            try await Task.sleep(until: deadline, clock: .continuous)
        }
    }
}
