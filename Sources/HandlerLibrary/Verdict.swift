internal import MessageHandling

/// What a kind of handler makes of what happened, with the reason for the log.
struct Verdict: Equatable {
    let outcome: Outcome
    /// `nil` where there is nothing to explain: the message was handled.
    let reason: String?

    static let done = Verdict(outcome: .done, reason: nil)

    static func retry(after delay: Duration? = nil, _ reason: String) -> Verdict {
        Verdict(outcome: .retry(after: delay), reason: reason)
    }

    static func reject(_ reason: String) -> Verdict {
        Verdict(outcome: .reject(reason: reason), reason: reason)
    }
}
