internal import HTTP

/// How often in a row the function's processes have died, and how long to wait before the next.
struct CrashRecord {
    enum Death {
        /// It had never taken an invocation: the function is at fault, whatever the messages.
        case beforeWork
        /// It was in the middle of an invocation: it may be its messages'.
        case atWork
    }

    /// The pauses, from what a process takes to start to what an operator is ready to wait for a
    /// recovery. The pauses are drawn from the upper half, so that none is next to nothing.
    static let pauseBeforeWork = Backoff(
        initial: .milliseconds(500), maximum: .seconds(30), drawn: 0.5)
    /// What a start costs of a processor, more or less, so that bad messages in a row take a part
    /// of one; no longer, as good messages wait behind them.
    static let pauseAtWork = Backoff(
        initial: .milliseconds(100), maximum: .seconds(1), drawn: 0.5)

    private var beforeWork = 0
    private var atWork = 0
    /// No process is started for messages before this.
    private(set) var restartAt: Duration = .zero

    /// A process has come as far as to ask for an invocation. It may still die before it has one.
    mutating func started() {
        restartAt = .zero
    }

    mutating func answered() {
        (beforeWork, atWork) = (0, 0)
        restartAt = .zero
    }

    /// - Parameter fraction: a random number from 0 to 1.
    mutating func died(_ death: Death, at now: Duration, fraction: Double) {
        let (pause, deaths): (Backoff, Int)
        switch death {
        case .beforeWork:
            beforeWork += 1
            (pause, deaths) = (Self.pauseBeforeWork, beforeWork)
        case .atWork:
            atWork += 1
            (pause, deaths) = (Self.pauseAtWork, atWork)
        }
        // The first comes back at once: one bad message must not hold up the others.
        guard deaths > 1 else { return }
        restartAt = now + pause.delay(afterFailures: deaths - 1, fraction: fraction)
    }
}
