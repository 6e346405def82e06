/// Capped exponential backoff with jitter: each delay is drawn from the upper half of
/// `min(maximum, initial × 2^attempt)`, so that hosts that failed together do not return together
/// and none returns at once.
package struct Backoff: Sendable, Equatable {
    /// From where to where the delays grow.
    package struct Pace: Sendable, Equatable {
        package let initial: Duration
        package let maximum: Duration

        package init(initial: Duration, maximum: Duration) {
            self.initial = initial
            self.maximum = maximum
        }
    }

    package private(set) var attempts = 0

    package init() {}

    /// The delay before the next attempt; each call counts one failed attempt.
    package mutating func next(_ pace: Pace, _ jitter: inout Jitter) -> Duration {
        let delay = Self.ceiling(pace, attempt: attempts)
        attempts += 1
        return delay * (0.5 + 0.5 * jitter.fraction())
    }

    /// An attempt succeeded: the next delay is the first again.
    package mutating func reset() {
        attempts = 0
    }

    /// `min(maximum, initial × 2^attempt)`; attempts are counted from 0.
    static func ceiling(_ pace: Pace, attempt: Int) -> Duration {
        var delay = pace.initial
        var left = attempt
        while left > 0, delay < pace.maximum {
            delay = delay * 2
            left -= 1
        }
        return min(delay, pace.maximum)
    }
}
