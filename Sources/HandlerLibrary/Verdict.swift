package import MessageHandling

/// What a kind of handler makes of what happened, with the reason for the log.
package struct Verdict: Equatable {
    package let outcome: Outcome
    /// `nil` where there is nothing to explain: the message was handled.
    package let reason: String?

    package static let done = Verdict(outcome: .done, reason: nil)

    package static func retry(after delay: Duration? = nil, _ reason: String) -> Verdict {
        Verdict(outcome: .retry(after: delay), reason: reason)
    }

    package static func reject(_ reason: String) -> Verdict {
        Verdict(outcome: .reject(reason: reason), reason: reason)
    }
}
