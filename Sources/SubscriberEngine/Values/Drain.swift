/// Where a stop has got to (CONTRACT: a stop is lossless, and bounded).
///
/// `running` → `draining` (what runs may finish) → `cancelling` (handlers were told to end) →
/// `closing` (only answers of SQS are missing) → `finished`. A phase ends early when there is
/// nothing left to wait for. As long as no handler was told to end the stop may be called off.
package struct Drain: Sendable, Equatable {
    package enum Phase: String, Sendable {
        case running, draining, cancelling, closing, finished
    }

    /// How long handlers that were told to end may take. Then their messages are released and they
    /// are left behind. Programs have 5 s from SIGTERM to SIGKILL; once killed, their output has
    /// one more to end, and the rest is for a busy machine.
    package static let cancelPatience = Duration.seconds(7)
    /// How long the last deletes and releases, and receives that were cut, may take at least …
    package static let answerPatience = Duration.seconds(5)
    /// … and at most, where the grace time leaves more.
    package static let answerPatienceMaximum = Duration.seconds(15)
    /// A receive that just went out to a busy queue is not cut at once: its answer is on the way,
    /// and the messages in it would be hidden for a whole visibility timeout.
    static let receivePatience = Duration.seconds(1)
    /// The time from the end of the grace time to `finished` at the latest.
    package static let longestEnd = cancelPatience + answerPatience

    package private(set) var phase = Phase.running
    /// When the present phase ends at the latest.
    private(set) var deadline: Instant?
    /// When the stop was asked for.
    private(set) var since: Instant?
    /// Nothing is given time any more that the service alone could use.
    private(set) var isHurried = false
    private var graceUntil = Instant.start

    package init() {}

    var isRunning: Bool { phase == .running }
    var isFinished: Bool { phase == .finished }

    /// A stop was asked for. Asked again, the earlier end counts.
    mutating func begin(graceUntil: Instant, at now: Instant) {
        switch phase {
        case .running:
            phase = .draining
            since = now
            self.graceUntil = max(now, graceUntil)
            deadline = self.graceUntil
        case .draining:
            self.graceUntil = min(self.graceUntil, max(now, graceUntil))
            deadline = self.graceUntil
        case .cancelling, .closing, .finished:
            break
        }
    }

    /// The stop is not wanted any more. True where it is called off; one that has told handlers to
    /// end goes on, and so does one that is over.
    mutating func callOff() -> Bool {
        guard phase == .draining || phase == .closing && !isHurried else { return false }
        self = Drain()
        return true
    }

    /// Handlers were told to end.
    mutating func beginCancelling(at now: Instant) {
        if since == nil { since = now }
        phase = .cancelling
        isHurried = true
        graceUntil = min(graceUntil, now)
        deadline = now + Self.cancelPatience
    }

    /// No handler of a message in hand runs any more.
    mutating func beginClosing(at now: Instant) {
        phase = .closing
        let latest = now + Self.answerPatienceMaximum
        deadline = min(max(graceUntil, now + Self.answerPatience), latest)
    }

    mutating func finish() {
        phase = .finished
        deadline = nil
    }

    func isOver(at now: Instant) -> Bool {
        deadline.map { $0 <= now } ?? false
    }
}
