package import HTTP

/// How fast a handler is given messages when its runs fail: the longer it fails everything, the
/// fewer side by side, down to a few every five seconds, and never none.
///
/// A handler that fails all that comes is either broken in a way that nobody can ask it for, and
/// each message that it is given loses a receive; or the messages are bad, and the good ones behind
/// them wait. Nobody can tell which, so the pace falls slowly enough for some hundred bad messages
/// to go by at about the usual speed, and low enough that an hour of failures costs little. Each
/// success brings it back by a step.
package struct FailurePace: Sendable, Equatable {
    /// Failures in a row that halve what runs side by side.
    package static let step = 75
    /// Failures in a row from which on only a few are tried now and then.
    package static let probesFrom = 4 * step
    /// How many are tried each time: a few, since the next one may be bad, too.
    package static let probeSize = 3
    /// The time from one attempt of these to the next, at first and at most.
    package static let interval = Backoff(initial: .seconds(1), maximum: .seconds(5))

    package private(set) var failuresInRow = 0
    /// When the failures began that slow it down; nil at full pace.
    package private(set) var since: Instant?
    private var firstFailureAt: Instant?
    /// How many may run side by side; nil for as many as are configured.
    private var limit: Int?
    /// Only a few are tried now and then.
    private(set) var isProbing = false
    /// The present attempt: until when no other begins, what it may still start, and how many there
    /// were before.
    private var nextAttempt = Instant.start
    private var left = 0
    private var attempts = 0

    package init() {}

    package enum Change: Equatable {
        case slowed(failures: Int, isProbing: Bool)
        case recovered(after: Duration)
    }

    package var isSlow: Bool { since != nil }

    /// Whether it may well be slowed down before long.
    package var isFailing: Bool { failuresInRow >= Receiving.size }

    /// How many may run, with those that do.
    package func limit(running: Int, concurrency: Int, at now: Instant) -> Int {
        guard isProbing else { return limit.map { min($0, concurrency) } ?? concurrency }
        return min(concurrency, running + (nextAttempt <= now ? Self.probeSize : left))
    }

    /// When more may run without another event.
    package func nextChange(after now: Instant) -> Instant? {
        isProbing && left == 0 && nextAttempt > now ? nextAttempt : nil
    }

    package mutating func started(at now: Instant) {
        guard isProbing else { return }
        if nextAttempt <= now {
            nextAttempt = now + Self.interval.ceiling(afterFailures: attempts + 1)
            attempts += 1
            left = Self.probeSize
        }
        left = max(0, left - 1)
    }

    package mutating func failed(concurrency: Int, at now: Instant) -> Change? {
        failuresInRow += 1
        if failuresInRow == 1 { firstFailureAt = now }
        guard failuresInRow % Self.step == 0, !isProbing else { return nil }
        let isFirst = since == nil
        since = since ?? firstFailureAt
        limit = max(1, (limit ?? concurrency) / 2)
        isProbing = failuresInRow >= Self.probesFrom
        if isProbing {
            nextAttempt = now + Self.interval.initial
            left = 0
            attempts = 1
        }
        guard isFirst || isProbing else { return nil }
        return .slowed(failures: failuresInRow, isProbing: isProbing)
    }

    package mutating func succeeded(concurrency: Int, at now: Instant) -> Change? {
        failuresInRow = 0
        guard let since else { return nil }
        if isProbing {
            isProbing = false
            limit = Self.probeSize
        } else {
            limit = limit.map { $0 * 2 }
        }
        guard limit ?? concurrency >= concurrency else { return nil }
        self = FailurePace()
        return .recovered(after: now - since)
    }
}
