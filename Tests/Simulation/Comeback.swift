import HTTP
import SQS
import SubscriberEngine

/// When the handlers of one delivery want their message again.
struct Wish {
    /// The shortest and the longest delay that fulfils the wishes for a delay; nil without one.
    private(set) var delay: ClosedRange<Duration>?
    /// One wants it when its visibility timeout ends.
    private(set) var lapse = false

    /// The longest delay that was asked for counts.
    mutating func add(_ wanted: ClosedRange<Duration>?) {
        guard let wanted else { return lapse = true }
        let known = delay ?? wanted
        delay =
            max(known.lowerBound, wanted.lowerBound)...max(known.upperBound, wanted.upperBound)
    }
}

/// A message on its way back to the queue.
struct Comeback {
    let since: Instant
    /// Every handler was over with it, so that their wishes count.
    let isConcluded: Bool
}

/// How often an entry failed in a row, and when it may be sent again.
struct EntryAttempts {
    private var failures = 0
    private(set) var notBefore = Instant.start

    /// The least that a backoff with jitter waits.
    mutating func failed(_ error: SQSError, asPartOfCall: Bool, at now: Instant) {
        let pace = error.kind.pace
        let doubled = pace.initial * (1 << min(failures, 16))
        notBefore = now + min(doubled, pace.maximum) / 2
        // The call says nothing of the entry.
        if !asPartOfCall { failures += 1 }
    }
}

extension RetryPolicy {
    /// How much later than configured a message may come back.
    private static let tolerance = 1.2

    /// The delays that are as configured; nil for the visibility timeout.
    func delays(receiveCount: Int) -> ClosedRange<Duration>? {
        let before = max(0, receiveCount - 1)
        let configured: Duration? =
            switch self {
            case .visibilityTimeout: nil
            case .exponential(let initial, let maximum):
                min(initial * (1 << min(before, 16)), maximum)
            case .delays(let delays): delays.isEmpty ? nil : delays[min(before, delays.count - 1)]
            }
        return configured.map { $0...($0 * Self.tolerance) }
    }
}
