package import SQS

/// What the engine asks of SQS.
package enum Activity: String, Sendable, CaseIterable {
    case receive, attributes, delete, visibility, deadLetter
}

/// An activity that fails at present.
package struct Trouble: Sendable, Equatable {
    package let activity: Activity
    /// The error that was reported: the first one, or the first of another severity.
    package let error: SQSError
    package let since: Instant
    package let failures: Int
}

/// Whether one activity works, how long to wait when it does not, and what to say about it: once
/// when the trouble begins, once when it changes its nature, once when it is over.
struct TroubleTracker: Sendable {
    private(set) var current: Trouble?
    /// When the activity may be tried again; nil when nothing is wrong.
    private(set) var retryAt: Instant?
    private let activity: Activity
    private var backoff = Backoff()

    init(_ activity: Activity) {
        self.activity = activity
    }

    func isWaiting(at now: Instant) -> Bool {
        retryAt.map { now < $0 } ?? false
    }

    /// The activity failed. Several failures within one wait count as one step of the backoff:
    /// calls that were out together failed together.
    mutating func failed(
        _ error: SQSError, at now: Instant, _ jitter: inout Jitter
    ) -> Report? {
        if !isWaiting(at: now) {
            retryAt = now + backoff.next(error.kind.pace, &jitter)
        }
        guard let known = current else {
            current = Trouble(activity: activity, error: error, since: now, failures: 1)
            return .troubleBegan(activity, error)
        }
        let changed = known.error.kind.severity != error.kind.severity
        current = Trouble(
            activity: activity, error: changed ? error : known.error, since: known.since,
            failures: known.failures + 1)
        return changed ? .troubleChanged(activity, error) : nil
    }

    /// The activity succeeded.
    mutating func succeeded(at now: Instant) -> Report? {
        guard let known = current else { return nil }
        current = nil
        retryAt = nil
        backoff.reset()
        return .troubleEnded(activity, after: now - known.since, failures: known.failures)
    }
}
