/// How fast messages are worked off, and how many may be in hand ahead of it: both measured as the
/// daemon runs.
///
/// A receive takes a round trip, in which every worker that ends would be idle. So what the workers
/// are expected to begin soon is asked for ahead, and what they turn out not to begin soon is given
/// back.
struct WorkPace: Sendable {
    /// What is asked for ahead is expected to start within this …
    static let shortestHorizon = Duration.milliseconds(100)
    /// … or so many round trips, whichever is longer.
    static let roundTrips = 2
    /// … and never more than this: a service that answers so slowly is no faster for being asked.
    static let longestHorizon = Duration.seconds(1)
    /// How many may be in hand ahead at most: as many as 64 receives bring.
    static let most = 640
    /// A message that would wait for longer than this, or than this part of its lease, is given
    /// back …
    static let longestWait = Duration.seconds(1)
    static let leasePart = 10
    /// … but for what two horizons bring: it was asked for.
    static let horizons = 2
    /// How much of the average a new measure counts once there are ten: a change shows after as
    /// many.
    private static let share = 0.1

    /// How long a message keeps its slot, about; nil before the first has ended.
    private(set) var time: Duration?
    private var count = 0.0
    /// How many messages are worked on at once while there is work, about.
    private var width = 0.0
    /// The round trip of a delete, which SQS does not wait with, about.
    private(set) var roundTrip = Duration.zero
    /// When a message last began in an idle slot pool, or ended.
    private var movedAt = Instant.start

    /// A message gets a slot, beside so many others.
    mutating func began(beside others: Int, at now: Instant) {
        if others == 0 { movedAt = now }
    }

    /// A message gave up its slot, for whatever reason.
    mutating func moved(at now: Instant) { movedAt = now }

    /// One of so many messages in slots is over, as its handlers made it.
    mutating func ended(after time: Duration, of count: Int) {
        self.count += 1
        let share = max(Self.share, 1 / self.count)
        self.time = (self.time ?? .zero) * (1 - share) + time * share
        width += (Double(count) - width) * share
    }

    /// A delete was answered.
    mutating func deleted(after time: Duration) {
        roundTrip =
            roundTrip == .zero ? time : roundTrip + (time - roundTrip) * Self.share
    }

    /// The time within which a message that is asked for is expected to start.
    var horizon: Duration {
        min(max(Self.shortestHorizon, roundTrip * Self.roundTrips), Self.longestHorizon)
    }

    /// How many messages may be asked for beyond those that can start at once. None before one has
    /// ended, or where the workers are over the time that they take.
    func ahead(at now: Instant) -> Int {
        guard let time, now - movedAt <= time + horizon else { return 0 }
        return usualAhead
    }

    /// How many that is while the workers keep to their time; the most where it is not known.
    var usualAhead: Int { count(within: horizon) }

    /// How long a message may wait for a slot.
    func patience(lease: Duration) -> Duration {
        max(min(Self.longestWait, lease / Self.leasePart), horizon * Self.horizons)
    }

    /// How many messages may wait for a slot, at the pace of now.
    ///
    /// - Parameters:
    ///   - since: when the first of them began to.
    ///   - room: how many can be worked on as soon as there are slots for them.
    func waiting(since: Instant, room: Int, lease: Duration, at now: Instant) -> Int {
        guard now < nextChange(since: since, lease: lease) else { return 0 }
        return max(room, time == nil ? 0 : count(within: patience(lease: lease)))
    }

    /// When none may wait any more, if nothing ends until then.
    func nextChange(since: Instant, lease: Duration) -> Instant {
        max(movedAt, since) + (time ?? .zero) + patience(lease: lease)
    }

    private func count(within span: Duration) -> Int {
        guard let time, time > .zero else { return Self.most }
        return Int(min(Double(Self.most), width * (span / time)))
    }
}
