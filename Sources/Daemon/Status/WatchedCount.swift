package import SQS
package import SubscriberEngine
import Synchronization

/// Something that SQS counts, asked for while somebody watches, and no more often than each look is
/// worth: it is a request that AWS charges for.
package final class WatchedCount<Count: Sendable>: Sendable {
    package typealias Ask = @Sendable () async throws(SQSError) -> Count?

    /// Who may not look is not allowed to in a moment either, and refusals are counted as errors.
    private static var refusedInterval: Duration { .seconds(300) }

    private struct State {
        var latest: Count?
        var askedAt: Instant?
        var isRefused = false
    }

    private let state = Mutex(State())

    package init() {}

    /// The latest answer; nil before the first, and where the last was none: a count of before
    /// would pass for one of now. Where it is older than the interval, another is asked for, which
    /// a call some time later has.
    ///
    /// - Parameter excuse: what is said where SQS gives a reason instead.
    package func latest(
        at now: Instant, every interval: Duration = watchedInterval, asking count: @escaping Ask,
        excuse: @escaping @Sendable (SQSError) -> Count? = { _ in nil }
    ) -> Count? {
        let (latest, isDue) = state.withLock { state in
            let interval = state.isRefused ? max(interval, Self.refusedInterval) : interval
            let isDue = state.askedAt.map { now - $0 >= interval } ?? true
            if isDue { state.askedAt = now }
            return (state.latest, isDue)
        }
        if isDue {
            Task {
                do throws(SQSError) {
                    self.note(try await count(), isRefused: false)
                } catch {
                    self.note(excuse(error), isRefused: error.kind == .denied)
                }
            }
        }
        return latest
    }

    private func note(_ count: Count?, isRefused: Bool) {
        state.withLock { ($0.latest, $0.isRefused) = (count, isRefused) }
    }
}

/// The time between two looks while somebody watches.
package let watchedInterval = Duration.seconds(10)
