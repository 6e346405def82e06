internal import AWS

/// How often in a row the function's processes have died, and how long to wait before the next.
struct CrashRecord {
    /// Ends in the middle of an invocation, in a row and with no answer between, that count as a
    /// broken function rather than as bad messages: few enough to spare the receive counts of the
    /// others, and more than one bad message causes before its queue's redrive takes it away.
    static let loopLength = 5
    /// From what a process takes to start to what an operator is ready to wait for a recovery.
    static let pause = Backoff(base: .milliseconds(500), cap: .seconds(30))

    private var deaths = 0
    /// No process is started before this.
    private(set) var restartAt: Duration = .zero

    var isLoop: Bool { deaths >= Self.loopLength }

    mutating func answered() {
        deaths = 0
        restartAt = .zero
    }

    /// - Parameter fraction: a random number from 0 to 1.
    mutating func died(at now: Duration, fraction: Double) {
        deaths += 1
        // The first comes back at once: one bad message must not hold up the others. The pauses
        // are drawn from the upper half, so that none is next to nothing.
        guard deaths > 1 else { return }
        restartAt =
            now + Self.pause.delay(afterFailures: deaths - 1, fraction: 0.5 + fraction / 2)
    }
}
