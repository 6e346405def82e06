package import HTTP
package import SQS

extension SQSError {
    /// Whether the next call may well work. One that was waited for in vain is no accident: so
    /// long a silence is worth a word.
    var mayBeAccident: Bool { kind.mayBeAccident && code != Self.timeoutCode }
}

extension SQSError.Kind {
    /// How fast an operation that failed in this way is tried again.
    ///
    /// What passes by itself is tried again at once, as the AWS SDKs do, and up to every 20 s when
    /// it does not: a queue that recovers is served soon. What a person has to mend is tried again
    /// slowly, up to every 5 minutes: soon enough to notice the repair, too rarely to be a nuisance
    /// or a cost.
    package var pace: Backoff {
        switch self {
        case .transient, .cancelled, .leaseLost:
            Backoff(initial: .milliseconds(50), maximum: .seconds(20))
        case .throttled, .overLimit:
            Backoff(initial: .seconds(1), maximum: .seconds(20))
        case .credentials, .clockSkew:
            Backoff(initial: .seconds(2), maximum: .seconds(60))
        case .denied, .missing, .malformed:
            Backoff(initial: .seconds(10), maximum: .seconds(300))
        }
    }

    /// Whether the error ends by itself, wants an identity mended, or wants a person. A change from
    /// one to another is worth a line in the log; a change within one is not.
    var severity: Severity {
        switch self {
        case .transient, .cancelled, .leaseLost, .throttled, .overLimit: .passing
        case .credentials, .clockSkew: .identity
        case .denied, .missing, .malformed: .lasting
        }
    }

    /// Whether the next call may well work. One call less for a second is an answer to throttling,
    /// too.
    var mayBeAccident: Bool {
        switch self {
        case .transient, .cancelled, .leaseLost, .throttled: true
        case .overLimit, .credentials, .clockSkew, .denied, .missing, .malformed: false
        }
    }

    enum Severity: Sendable {
        case passing, identity, lasting
    }
}
