package import MessageHandling

/// What a kind of handler makes of what happened, with the reason for the log.
package struct Verdict: Equatable {
    package let outcome: Outcome
    /// `nil` where there is nothing to explain: the message was handled.
    package let reason: String?
    /// Whether the delay of a retry is the configuration's, rather than asked for by what handles
    /// the message: see ``DelayedFailure``.
    package let isDelayConfigured: Bool

    package init(outcome: Outcome, reason: String?, isDelayConfigured: Bool = false) {
        self.outcome = outcome
        self.reason = reason
        self.isDelayConfigured = isDelayConfigured
    }

    package static let done = Verdict(outcome: .done, reason: nil)

    package static func retry(after delay: Duration? = nil, _ reason: String) -> Verdict {
        Verdict(outcome: .retry(after: delay), reason: reason)
    }

    /// A failure, after which the configuration names the delay, if it does.
    package static func failure(after delay: Duration?, _ reason: String) -> Verdict {
        Verdict(outcome: .retry(after: delay), reason: reason, isDelayConfigured: delay != nil)
    }

    package static func reject(_ reason: String) -> Verdict {
        Verdict(outcome: .reject(reason: reason), reason: reason)
    }
}
