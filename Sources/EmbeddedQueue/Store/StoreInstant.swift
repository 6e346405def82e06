/// A point in time as the store knows it: microseconds since the Unix epoch.
///
/// The store has no clock. Whoever drives it says what time it is; a server passes the wall clock
/// of its start plus the monotonic time since, so that a wall clock that jumps moves no message.
package struct StoreInstant: Hashable, Comparable, Sendable {
    var microseconds: Int64

    init(microseconds: Int64) {
        self.microseconds = microseconds
    }

    package static func seconds(_ seconds: Int64) -> StoreInstant {
        StoreInstant(microseconds: seconds * 1_000_000)
    }

    /// The unit in which SQS writes `SentTimestamp`.
    var milliseconds: Int64 { microseconds / 1_000 }

    /// The unit in which SQS writes `CreatedTimestamp`.
    var seconds: Int64 { microseconds / 1_000_000 }

    package static func < (left: StoreInstant, right: StoreInstant) -> Bool {
        left.microseconds < right.microseconds
    }

    /// The instant that much later, to the microsecond. For durations of at most some years.
    package static func + (instant: StoreInstant, duration: Duration) -> StoreInstant {
        StoreInstant(microseconds: instant.microseconds + duration.microseconds)
    }

    /// The time from the right instant to the left one.
    package static func - (left: StoreInstant, right: StoreInstant) -> Duration {
        .microseconds(left.microseconds - right.microseconds)
    }
}

extension Duration {
    fileprivate var microseconds: Int64 {
        components.seconds * 1_000_000 + components.attoseconds / 1_000_000_000_000
    }

    /// Whole seconds, rounded down: SQS counts in seconds.
    var wholeSeconds: Int64 { components.seconds }
}
