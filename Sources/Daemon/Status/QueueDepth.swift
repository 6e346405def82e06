import Control
import SubscriberEngine
import Synchronization

/// How many messages SQS has in a queue, asked for at most every ten seconds, and only while
/// somebody watches; for the history that the page shows, once a minute.
final class QueueDepth: Sendable {
    static let attributes = [
        "ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible",
        "ApproximateNumberOfMessagesDelayed",
    ]
    /// Each look is a request that AWS charges for.
    static let interval = Duration.seconds(10)
    static let unwatchedInterval = Duration.seconds(60)

    private struct State {
        var latest: QueueReport.Depth?
        var askedAt: Instant?
    }

    private let state = Mutex(State())

    /// The latest answer, nil before the first. Where it is older than the interval, another is
    /// asked for, which the next call has.
    func latest(
        asking attributes: @escaping @Sendable () async -> [String: String]?, at now: Instant,
        every interval: Duration
    ) -> QueueReport.Depth? {
        let (latest, isDue) = state.withLock { state in
            let isDue = state.askedAt.map { now - $0 >= interval } ?? true
            if isDue { state.askedAt = now }
            return (state.latest, isDue)
        }
        if isDue {
            Task {
                guard let depth = await attributes().flatMap(QueueReport.Depth.init) else { return }
                self.state.withLock { $0.latest = depth }
            }
        }
        return latest
    }
}

extension QueueReport.Depth {
    fileprivate init?(_ attributes: [String: String]) {
        let numbers = QueueDepth.attributes.compactMap { attributes[$0].flatMap { Int($0) } }
        guard numbers.count == 3 else { return nil }
        self.init(visible: numbers[0], inFlight: numbers[1], delayed: numbers[2])
    }
}
