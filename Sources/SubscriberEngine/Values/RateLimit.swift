/// How many messages may be received for a handler that is to get so many a second at most: a token
/// bucket, kept as the moment at which it was, or will be, empty.
///
/// In any span of time no more come than the rate grants for it, and one second's worth, which is
/// one message at least. What is promised to a receive that is out counts as used until it comes
/// back, so that a long poll and a full bucket do not add up.
struct RateLimit: Sendable, Equatable {
    /// A receive is worth sending for so many: a few full ones cost less than many small ones.
    static let worthwhile = Receiving.size

    /// One in twelve days, which is as good as none: what is less is taken for this.
    private static let lowest = 1e-6

    private var perSecond: Double
    private var emptyAt: Instant
    private var reserved = 0

    /// The bucket is full at first.
    init(perSecond: Double, at now: Instant) {
        self.perSecond = max(Self.lowest, perSecond)
        emptyAt = now
        emptyAt = now - interval * capacity
    }

    /// Another rate, with the same share of a second left.
    mutating func change(to perSecond: Double) {
        self.perSecond = max(Self.lowest, perSecond)
    }

    private var interval: Duration { .seconds(1) / perSecond }

    /// The room of the bucket, in messages.
    private var capacity: Int { max(1, Int(perSecond)) }

    /// How many of `wanted` messages a receive may ask for now: none, as long as waiting would make
    /// it a fuller one.
    func allowance(for wanted: Int, at now: Instant) -> Int {
        let tokens = tokens(at: now)
        return tokens >= enough(for: wanted) ? min(wanted, tokens) : 0
    }

    /// When such a receive may be sent; nil when one that is out has to come back first.
    func ready(for wanted: Int) -> Instant? {
        let enough = enough(for: wanted)
        return enough <= capacity - reserved ? emptyAt + interval * enough : nil
    }

    /// A receive for `count` messages goes out.
    mutating func reserve(_ count: Int, at now: Instant) {
        fill(at: now)
        reserved += count
        emptyAt = emptyAt + interval * count
    }

    /// A receive for `count` messages came back with `used`.
    mutating func settle(reserved count: Int, used: Int, at now: Instant) {
        fill(at: now)
        let released = min(count, reserved)
        reserved -= released
        emptyAt = emptyAt + interval * (used - released)
    }

    private func enough(for wanted: Int) -> Int {
        min(max(1, wanted), capacity, Self.worthwhile)
    }

    private func tokens(at now: Instant) -> Int {
        let elapsed = now - emptyAt
        guard elapsed > .zero else { return 0 }
        return min(Int(elapsed.attoseconds / interval.attoseconds), max(0, capacity - reserved))
    }

    private mutating func fill(at now: Instant) {
        emptyAt = max(emptyAt, now - interval * max(0, capacity - reserved))
    }
}
