/// How many messages may be in hand after a time in which a handler could not start: one, then two,
/// four and so on.
///
/// What was missing may have been room for one more process or connection, and messages that find
/// none have been received for nothing. Up to half of what ran when it ran short the number doubles
/// from round to round; beyond, it grows by one. A round is over when so many runs have ended, or
/// have gone on for so long that they must have started.
package struct Reopening: Sendable, Equatable {
    /// Longer than gateways wait for what is behind them: 60 s, most of them.
    package static let longestStart = Duration.seconds(75)

    package private(set) var limit = 1
    /// When a round is over at the latest.
    private(set) var roundEndsAt: Instant
    private let threshold: Int
    /// Runs that count towards the next step, beyond the threshold.
    private var counted = 0

    /// - Parameter crowd: how many ran when one more could not; with none it was not for lack of
    ///   room.
    package init(crowd: Int, at now: Instant) {
        roundEndsAt = now + Self.longestStart
        threshold = crowd == 0 ? .max : max(1, crowd / 2)
    }

    /// A run that had started is over.
    package mutating func grow() {
        counted += 1
        guard limit < threshold || counted >= limit else { return }
        counted = 0
        limit += 1
    }

    /// The queue is open again.
    mutating func begin(at now: Instant) {
        roundEndsAt = now + Self.longestStart
    }

    /// Time passes.
    mutating func growIfDue(at now: Instant) {
        guard roundEndsAt <= now else { return }
        limit = limit < threshold ? limit * 2 : limit + 1
        roundEndsAt = now + Self.longestStart
        counted = 0
    }
}
