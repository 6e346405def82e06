package import Control
package import SubscriberEngine
import Synchronization

/// How much there was to do in the last quarter of an hour, looked at every few seconds: who looks
/// late sees what was before.
package final class LoadHistory: Sendable {
    /// One queue at one moment.
    package struct Look: Sendable {
        let queue: String
        /// Messages that were deleted, and runs that failed or rejected theirs, since the queue is
        /// served.
        let handled: Int
        let failed: Int
        /// How long ago the oldest message in hand was sent, in seconds; zero where none is.
        let lag: Double
        let waiting: Int?

        package init(queue: String, handled: Int, failed: Int, lag: Double, waiting: Int?) {
            self.queue = queue
            (self.handled, self.failed) = (handled, failed)
            self.lag = lag
            self.waiting = waiting
        }
    }

    /// The time between two looks: a quarter of an hour has 180 of them.
    package static let interval = Duration.seconds(5)
    private static let span = Duration.seconds(900)

    /// What happened between two looks, 28 bytes a queue.
    fileprivate struct Sample {
        var handled: Int32 = 0
        var failed: Int32 = 0
        var lag: Float = 0
        var waiting: Int32?
    }

    private struct Moment {
        let at: Instant
        /// The time since the look before.
        let elapsed: Duration
        let queues: [String: Sample]
    }

    private struct State {
        var moments: [Moment] = []
        var lastAt: Instant?
        /// The last of each queue: one that was paused meanwhile counts on from there.
        var looks: [String: Look] = [:]
    }

    private let state = Mutex(State())

    package init() {}

    /// Takes in what the queues that are served are like.
    package func note(_ looks: [Look], at now: Instant) {
        let byName = Dictionary(looks.map { ($0.queue, $0) }) { $1 }
        state.withLock { state in
            defer {
                state.lastAt = now
                state.looks.merge(byName) { $1 }
            }
            guard let lastAt = state.lastAt else { return }
            let samples = byName.mapValues { Sample($0, since: state.looks[$0.queue]) }
            state.moments.append(
                Moment(at: now, elapsed: now - lastAt, queues: samples))
            state.moments.removeFirst(state.moments.count { now - $0.at > Self.span })
        }
    }

    /// What was noted, of one queue or of all together.
    package func report(of queue: String?, at now: Instant) -> LoadReport {
        let moments = state.withLock { $0.moments }
        var (points, failures): ([LoadReport.Point], Int) = ([], 0)
        for moment in moments where now - moment.at <= Self.span {
            var point = LoadReport.Point(ago: (now - moment.at).inSeconds)
            let samples =
                queue.map { [moment.queues[$0]].compactMap(\.self) }
                ?? Array(moment.queues.values)
            for sample in samples {
                sample.add(to: &point, over: moment.elapsed.inSeconds)
                failures += Int(sample.failed)
            }
            points.append(point)
        }
        return LoadReport(points: points, failures: failures)
    }
}

extension LoadHistory.Sample {
    /// - Parameter before: nil for a queue that was not served before.
    fileprivate init(_ look: LoadHistory.Look, since before: LoadHistory.Look?) {
        // One that has become another begins at nothing.
        let known = before.flatMap { $0.handled <= look.handled ? $0 : nil }
        handled = Int32(clamping: look.handled - (known?.handled ?? 0))
        failed = Int32(clamping: max(0, look.failed - (known?.failed ?? 0)))
        lag = Float(look.lag)
        waiting = look.waiting.map { Int32(clamping: $0) }
    }

    fileprivate func add(to point: inout LoadReport.Point, over seconds: Double) {
        point.handled = (point.handled ?? 0) + Double(handled) / max(seconds, 0.001)
        point.failed = (point.failed ?? 0) + Double(failed) / max(seconds, 0.001)
        point.lag = max(point.lag ?? 0, Double(lag))
        if let waiting { point.waiting = (point.waiting ?? 0) + Int(waiting) }
    }
}
