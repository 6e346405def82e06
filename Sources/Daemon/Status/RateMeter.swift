package import SubscriberEngine

/// How fast two counters have grown, over a minute and over a quarter of an hour.
///
/// Looked at now and then, by who knows the counters: what counts pays nothing.
package struct RateMeter: Sendable {
    package struct Rates: Sendable, Equatable {
        /// How many per second, as is the next.
        package let received: Double
        package let deleted: Double

        package init(received: Double, deleted: Double) {
            (self.received, self.deleted) = (received, deleted)
        }
    }

    private struct Sample {
        let at: Instant
        let received: Int
        let deleted: Int
    }

    package static let minute = Duration.seconds(60)
    package static let quarter = Duration.seconds(900)
    /// The time between two samples that are kept: a quarter of an hour has 180 of them.
    private static let interval = Duration.seconds(5)
    /// The shortest time over which a rate is told.
    private static let shortest = Duration.seconds(1)

    private var samples: [Sample] = []
    private var last: Sample?

    package init() {}

    package mutating func note(received: Int, deleted: Int, at now: Instant) {
        let sample = Sample(at: now, received: received, deleted: deleted)
        last = sample
        if let newest = samples.last, now - newest.at < Self.interval { return }
        samples.append(sample)
        let outdated = samples.count { now - $0.at > Self.quarter + Self.interval }
        samples.removeFirst(outdated)
    }

    /// The rates over so long, or since the first sample; nil where there is none to compare with.
    package func rates(over time: Duration) -> Rates? {
        guard let last else { return nil }
        let first = samples.first { last.at - $0.at <= time + Self.interval / 2 }
        guard let first, last.at - first.at >= Self.shortest else { return nil }
        let (seconds, attoseconds) = (last.at - first.at).components
        let elapsed = Double(seconds) + Double(attoseconds) / 1e18
        return Rates(
            received: Double(last.received - first.received) / elapsed,
            deleted: Double(last.deleted - first.deleted) / elapsed)
    }
}
