package import HTTP

/// How many attempts have failed in a row, and how long to wait before the next.
package struct FailedAttempts: Sendable, Equatable {
    package private(set) var count = 0

    package init() {}

    /// The wait before the next attempt; each call counts one failed attempt.
    package mutating func next(_ pace: Backoff, _ jitter: inout Jitter) -> Duration {
        count += 1
        return pace.delay(afterFailures: count, &jitter)
    }

    /// An attempt succeeded: the next wait is the first again.
    package mutating func reset() {
        count = 0
    }
}

extension Backoff {
    /// The engine's: each wait is drawn from its upper half, so that none is next to nothing.
    package init(initial: Duration, maximum: Duration) {
        self.init(initial: initial, maximum: maximum, drawn: 0.5)
    }

    func delay(afterFailures failures: Int, _ jitter: inout Jitter) -> Duration {
        delay(afterFailures: failures, fraction: jitter.fraction())
    }
}
