/// How long to wait after failures: doubled with each, up to a longest wait, with a part of it
/// drawn at random, so that hosts that failed together do not return together.
///
/// The longest wait is applied before the draw, so that many do not meet again there. A value: the
/// random number comes from the caller.
package struct Backoff: Sendable, Equatable {
    /// The wait after the first failure.
    package let initial: Duration
    /// The longest wait.
    package let maximum: Duration
    /// The part of a wait that is drawn: with 0 none of it, with 0.5 its second half, with 1 all.
    package let drawn: Double

    package init(initial: Duration, maximum: Duration, drawn: Double) {
        self.initial = initial
        self.maximum = maximum
        self.drawn = drawn
    }

    /// The longest wait after so many failures in a row; none after none.
    package func ceiling(afterFailures failures: Int) -> Duration {
        guard failures > 0 else { return .zero }
        var ceiling = initial
        var doublings = failures - 1
        while doublings > 0, ceiling < maximum {
            ceiling *= 2
            doublings -= 1
        }
        return min(ceiling, maximum)
    }

    /// The wait after so many failures in a row.
    ///
    /// - Parameter fraction: a random number from 0 up to, not including, 1.
    package func delay(afterFailures failures: Int, fraction: Double) -> Duration {
        ceiling(afterFailures: failures) * ((1 - drawn) + drawn * min(max(fraction, 0), 1))
    }
}
