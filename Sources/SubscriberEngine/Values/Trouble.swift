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
/// when the trouble begins, once when it changes its nature, once when it is over or forgotten.
struct TroubleTracker: Sendable {
    /// How long a trouble is still told of when it could be tried again and nothing was: longer
    /// than a call takes, and a minute later nobody can say whether it goes on.
    static let memory = Duration.seconds(60)

    private(set) var current: Trouble?
    /// When the activity may be tried again; nil when nothing is wrong.
    private(set) var retryAt: Instant?
    private let activity: Activity
    private var backoff = FailedAttempts()

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

    /// Somebody may have mended it: it may be tried at once, and the pace is the first again.
    mutating func retryNow(at now: Instant) {
        guard retryAt != nil else { return }
        retryAt = now
        backoff.reset()
    }

    /// The activity succeeded.
    mutating func succeeded(at now: Instant) -> Report? {
        guard let known = current else { return nil }
        clear()
        return .troubleEnded(activity, after: now - known.since, failures: known.failures)
    }

    /// Time passed: a trouble whose activity has had nothing to do since is no present one.
    mutating func forgetIfOld(at now: Instant) -> Report? {
        guard let known = current, let retryAt, retryAt + Self.memory <= now else { return nil }
        clear()
        return .troubleForgotten(activity, after: now - known.since, failures: known.failures)
    }

    private mutating func clear() {
        current = nil
        retryAt = nil
        backoff.reset()
    }
}
