import SubscriberEngine

/// How fast a daemon's handlers were, as seen from outside, and what may be in hand ahead of them.
struct WorkRecord {
    /// The engine averages with weights, this one without: they are this far apart at most.
    private static let tolerance = 4.0
    private static let recent = 10
    /// Short patience ends with the next event, not by itself.
    private static let slack = Duration.seconds(1)
    private static let most = 640
    /// Of so few messages no pace can be told.
    private static let few = 3
    /// Of round trips the engine forgets a tenth with each.
    private static let recentTrips = 50

    private var times: [Duration] = []
    private var trips: [Duration] = []
    private var widest = 0
    /// The most that may have been in hand ahead at any time.
    private(set) var peak = 0
    /// When a message last came to its end, or one began beside no other.
    private(set) var movedAt = Instant.start

    mutating func began(beside others: Int, at now: Instant) {
        widest = max(widest, others + 1)
        if others == 0 { movedAt = now }
    }

    /// A message is no longer worked on, for whatever reason.
    mutating func moved(at now: Instant) { movedAt = now }

    mutating func ended(after time: Duration) {
        times = times.suffix(Self.recent - 1) + [time]
        peak = max(peak, limit)
    }

    mutating func deleted(after trip: Duration) {
        trips = trips.suffix(Self.recentTrips - 1) + [trip]
        peak = max(peak, limit)
    }

    private var horizon: Duration {
        min(max(.milliseconds(100), (trips.max() ?? .zero) * 2), .seconds(1))
    }

    private var mean: Duration { times.reduce(.zero, +) / max(1, times.count) }

    /// So many messages are expected to start soon, beyond those that run.
    var limit: Int {
        guard !times.isEmpty else { return 0 }
        // One run that hung for long says little of the others.
        let time = min(mean, times.sorted()[times.count / 2])
        guard time > .zero else { return Self.most }
        return min(Self.most, Int(Self.tolerance * Double(widest) * (horizon / time)) + Self.few)
    }

    /// How long nothing may end before what waits is given back.
    func patience(lease: Duration) -> Duration {
        let longest = max(min(.seconds(1), lease / 10), horizon * 2)
        return (mean + longest) * Self.tolerance + Self.slack
    }
}
