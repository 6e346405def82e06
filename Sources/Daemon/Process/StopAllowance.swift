package import SubscriberEngine

/// How long a stop may take, whatever `TimeoutStopSec=` says, and what to ask the service manager
/// for meanwhile.
///
/// Its patience follows `grace_time`: as long as handlers may still finish, and what they had may
/// be handed back, it is asked for more. A stop that takes longer is stuck, and no more is asked
/// for: the service manager ends it when its own patience does. Source: `EXTEND_TIMEOUT_USEC=` in
/// sd_notify(3).
package struct StopAllowance: Sendable {
    /// What one request asks for: a few ticks of the daemon's loop, in case one is late.
    package static let request = Duration.seconds(20)
    /// The time from the end of the last queue to the end of the process.
    static let margin = Duration.seconds(5)

    private var endsBy: Instant

    package init(graceUntil: Instant) {
        endsBy = graceUntil + Drain.longestEnd + Self.margin
    }

    /// No handler may go on any more.
    package mutating func hurry(at now: Instant) {
        endsBy = min(endsBy, now + Drain.longestEnd + Self.margin)
    }

    /// What to ask for now; nil when the stop should be over.
    package func toAsk(at now: Instant) -> Duration? {
        now < endsBy ? Self.request : nil
    }
}
