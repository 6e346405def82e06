/// A moment on the daemon's monotonic clock: the time since the daemon started.
///
/// Says nothing of the wall clock, and never goes back. Time that the machine slept counts, since a
/// lease runs out while it sleeps.
package struct Instant: Sendable, Hashable, Comparable {
    package let sinceStart: Duration

    package init(sinceStart: Duration) {
        self.sinceStart = sinceStart
    }

    /// The moment the daemon started.
    package static let start = Instant(sinceStart: .zero)

    package static func < (left: Instant, right: Instant) -> Bool {
        left.sinceStart < right.sinceStart
    }

    package static func + (instant: Instant, duration: Duration) -> Instant {
        Instant(sinceStart: instant.sinceStart + duration)
    }

    package static func - (instant: Instant, duration: Duration) -> Instant {
        Instant(sinceStart: instant.sinceStart - duration)
    }

    /// The time from `right` to `left`; negative when `right` is the later one.
    package static func - (left: Instant, right: Instant) -> Duration {
        left.sinceStart - right.sinceStart
    }
}

extension Duration {
    /// Down to whole seconds, the unit of every visibility timeout of SQS.
    var wholeSecondsDown: Duration { .seconds(components.seconds) }

    /// Up to whole seconds.
    var wholeSecondsUp: Duration {
        components.attoseconds > 0 ? .seconds(components.seconds + 1) : wholeSecondsDown
    }
}

/// The earlier of two moments of which either may be missing.
func earliest(_ left: Instant?, _ right: Instant?) -> Instant? {
    guard let left else { return right }
    guard let right else { return left }
    return min(left, right)
}
