package import SQS

/// What the engine asks of SQS.
package enum Activity: String, Sendable, CaseIterable {
    case receive, attributes, delete, visibility, deadLetter
}

/// An activity that fails at present.
package struct Trouble: Sendable, Equatable {
    package let activity: Activity
    /// The latest error. Reported were the first one, and the first of another severity.
    package let error: SQSError
    package let since: Instant
    package let failures: Int
    /// When it is tried next, by itself. Nil while an attempt is under way, and where there is
    /// nothing to try it with.
    package private(set) var nextAttempt: Instant?

    /// This trouble, with the moment given where that is to come.
    func next(at moment: Instant?, after now: Instant) -> Trouble {
        var trouble = self
        trouble.nextAttempt = moment.flatMap { $0 > now ? $0 : nil }
        return trouble
    }
}

/// Whether one activity works, how long to wait when it does not, and what to say about it: once
/// when the trouble begins, once when it changes its nature, once when it is over or forgotten.
///
/// Where several calls of an activity are out at once, one that fails and passes by itself is an
/// accident: it is made again by itself after a short pause, the others go on, and nobody is told.
/// Only when what was sent after it fails as well, with nothing that worked in between, does the
/// whole activity wait.
struct TroubleTracker: Sendable {
    /// How long a trouble is still told of when it could be tried again and nothing was: longer
    /// than a call takes, and a minute later nobody can say whether it goes on.
    static let memory = Duration.seconds(60)

    private(set) var current: Trouble?
    /// When the activity may be tried again; nil when nothing is wrong.
    private(set) var retryAt: Instant?
    private let activity: Activity
    private let hasAccidents: Bool
    private var backoff = FailedAttempts()
    /// When the last failure came that counted, and how many there were since the last success.
    private var failedAt: Instant?
    private var failures = 0

    /// - Parameter hasAccidents: whether calls of the activity go on beside one that failed.
    init(_ activity: Activity, hasAccidents: Bool = false) {
        self.activity = activity
        self.hasAccidents = hasAccidents
    }

    func isWaiting(at now: Instant) -> Bool {
        retryAt.map { now < $0 } ?? false
    }

    /// The activity failed. Several failures of calls that were out together count as one step of
    /// the backoff. Answers the pause of this one call, where it was an accident.
    mutating func failed(
        _ error: SQSError, sentAt: Instant, at now: Instant, _ jitter: inout Jitter
    ) -> (pause: Duration?, news: Report?) {
        failures += 1
        let isNew = failedAt.map { $0 <= sentAt } ?? true
        let isAccident = current == nil && error.mayBeAccident && hasAccidents
        if isAccident, backoff.count == 0 || !isNew {
            let pause =
                isNew
                ? backoff.next(error.kind.pace, &jitter)
                : error.kind.pace.delay(afterFailures: 1, &jitter)
            if isNew { failedAt = now }
            return (pause, nil)
        }
        if !isWaiting(at: now) {
            retryAt = now + backoff.next(error.kind.pace, &jitter)
            failedAt = now
        }
        return (nil, note(error, at: now))
    }

    private mutating func note(_ error: SQSError, at now: Instant) -> Report? {
        guard let known = current else {
            current = Trouble(activity: activity, error: error, since: now, failures: failures)
            return .troubleBegan(activity, error)
        }
        let changed = known.error.kind.severity != error.kind.severity
        current = Trouble(
            activity: activity, error: error, since: known.since,
            failures: failures)
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
        guard failures > 0 else { return nil }
        let known = current
        let count = failures
        clear()
        return known.map { .troubleEnded(activity, after: now - $0.since, failures: count) }
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
        failedAt = nil
        failures = 0
        backoff.reset()
    }
}
