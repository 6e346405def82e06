/// The time that a task has come to, by a clock that may be wrong.
package struct TaskProgress: Sendable, Equatable {
    /// 2025-01-01 UTC, from before the first release: a clock that shows an earlier time was never
    /// set, as on a machine without one of its own until the network has told it the time.
    static let earliest = 1_735_689_600
    /// The times that a task may have been run for: to 2100-01-01 UTC. No arithmetic with them
    /// overflows.
    static let plausible = earliest...4_102_444_800
    /// A clock that is put back by no more than this does not bring times again. The bound of Vixie
    /// cron.
    package static let longestCorrection = 3 * 3_600

    /// The time for which the task was last run, or from which on it is looked at. Seconds since
    /// 1970.
    package private(set) var last: Int
    /// What it had come to by a clock that was far ahead of what it shows now: if the present is
    /// reached at once, it was right all the same, and what is before it is not missed.
    private var ahead: Int?

    package init(last: Int) {
        self.last = last
    }

    package mutating func reach(_ time: Int) {
        last = time
    }

    /// Answers the time that no longer counts, where the clock is far behind it.
    package mutating func look(at now: Int) -> Int? {
        if last > now + Self.longestCorrection {
            let former = last
            ahead = max(former, ahead ?? former)
            last = now
            return former
        }
        if let ahead, now >= ahead {
            last = max(last, ahead)
            self.ahead = nil
        }
        return nil
    }
}
