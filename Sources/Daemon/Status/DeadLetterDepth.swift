import Control
import MessageHandling
import SQS
import SubscriberEngine
import Synchronization

/// How many messages were given up, as SQS counts them; asked for at most every ten seconds, and
/// only while somebody watches.
final class DeadLetterDepth: Sendable {
    /// Each look is a request that AWS charges for.
    private static let interval = Duration.seconds(10)
    /// Who may not look is not allowed to in a moment either, and refusals are counted as errors.
    private static let refusedInterval = Duration.seconds(300)

    private struct State {
        var latest: QueueReport.DeadLetters?
        var dueAt: Instant?
        var queue: (arn: String, found: Queue)?
    }

    private let state = Mutex(State())

    /// The latest answer, nil before the first. Where it is old, another is asked for, which a call
    /// some time later has.
    func latest(
        at now: Instant,
        asking count: @escaping @Sendable () async throws(SQSError) -> QueueReport.DeadLetters
    ) -> QueueReport.DeadLetters? {
        let (latest, isDue) = state.withLock { state in
            let isDue = state.dueAt.map { now >= $0 } ?? true
            if isDue { state.dueAt = now + Self.interval }
            return (state.latest, isDue)
        }
        if isDue {
            Task {
                do throws(SQSError) {
                    let counted = try await count()
                    self.state.withLock { $0.latest = counted }
                } catch {
                    let isRefused = error.kind == .denied
                    self.state.withLock { state in
                        state.latest = .unknown(isRefused ? "not allowed" : "not known")
                        if isRefused { state.dueAt = now + Self.refusedInterval }
                    }
                }
            }
        }
        return latest
    }

    /// The queue of that ARN, where it was found before.
    func known(_ arn: String) -> Queue? {
        state.withLock { $0.queue.flatMap { $0.arn == arn ? $0.found : nil } }
    }

    func remember(_ queue: Queue, as arn: String) {
        state.withLock { $0.queue = (arn, queue) }
    }
}
