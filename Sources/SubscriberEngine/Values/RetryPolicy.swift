import HTTP

/// When a message that a handler did not manage comes back: the `[retry]` settings of a handler.
package enum RetryPolicy: Sendable, Equatable {
    /// When its visibility timeout ends, as the queue says.
    case visibilityTimeout
    /// The delay is `initial`, doubled with each receive, `maximum` at most.
    case exponential(initial: Duration, maximum: Duration)
    /// The delay is that listed for this receive; the last one counts for all later ones.
    case delays([Duration])

    /// A message comes back at most a fifth later than configured, never earlier: enough to spread
    /// messages that failed together, little enough that the configured number stays true.
    static let spread = 0.2

    /// The longest delay, but for its spread; nil where the queue says it.
    package var longestDelay: Duration? {
        switch self {
        case .visibilityTimeout: nil
        case .exponential(_, let maximum): maximum
        case .delays(let delays): delays.max()
        }
    }

    /// What a message waits for that failed again and has no delay: at once is for the first time,
    /// or a message that always fails would go round as fast as the queue can.
    static let withoutDelay = RetryPolicy.exponential(initial: .seconds(1), maximum: .seconds(60))

    /// The delay that was named for a message, unless there is none and it came back before.
    static func paced(
        _ delay: Duration, receiveCount: Int, _ jitter: inout Jitter
    ) -> Duration {
        guard delay <= .zero else { return delay }
        guard receiveCount > 1 else { return .zero }
        return withoutDelay.delay(receiveCount: receiveCount - 1, &jitter) ?? .zero
    }

    /// The delay before the message comes back, or nil to leave it to its visibility timeout.
    ///
    /// - Parameter receiveCount: how often it was received, this time included; from 1.
    package func delay(receiveCount: Int, _ jitter: inout Jitter) -> Duration? {
        switch self {
        case .visibilityTimeout:
            return nil
        case .exponential(let initial, let maximum):
            let pace = Backoff(initial: initial, maximum: maximum, drawn: 0)
            return Self.later(pace.ceiling(afterFailures: max(1, receiveCount)), &jitter)
        case .delays(let delays):
            guard !delays.isEmpty else { return nil }
            return Self.later(delays[min(max(0, receiveCount - 1), delays.count - 1)], &jitter)
        }
    }

    /// SQS counts in whole seconds and what it is asked for is rounded up: a part of a second more
    /// would make one of two seconds three.
    private static func later(_ delay: Duration, _ jitter: inout Jitter) -> Duration {
        max(delay, (delay * (1 + spread * jitter.fraction())).wholeSecondsDown)
    }
}
