/// How long a receive from a queue that has more waits until it can be a fuller one: messages that
/// end at about the same time are replaced by one receive instead of one each.
///
/// First for room, as messages end; then, where the pool gave fewer slots than wanted, for slots.
struct Gathering: Sendable, Equatable {
    /// An eighth of what a handler takes costs little throughput …
    static let part = 8
    /// … and short handlers end together within a millisecond …
    static let minimum = Duration.milliseconds(1)
    /// … while for long ones 25 ms are not felt.
    static let maximum = Duration.milliseconds(25)

    private var roomUntil: Instant?
    private var slotsUntil: Instant?

    /// When a wait is over.
    var until: Instant? { slotsUntil ?? roomUntil }

    /// Whether there is still time to wait for room; begins to wait where it had not.
    mutating func waitsForRoom(_ now: Instant, _ handlerDuration: Duration) -> Bool {
        let until = roomUntil ?? now + Self.time(handlerDuration)
        roomUntil = until
        return now < until
    }

    /// Whether a receive waits for more slots to be free.
    mutating func waitsForSlots(_ now: Instant, _ handlerDuration: Duration) -> Bool {
        let until = slotsUntil ?? now + Self.time(handlerDuration)
        slotsUntil = until
        return now < until
    }

    private static func time(_ handlerDuration: Duration) -> Duration {
        min(max(handlerDuration / part, minimum), maximum)
    }
}
