/// What is tried again, and how often.
struct CallRetries: Sendable {
    /// Three attempts in all, as the AWS SDKs do in their standard mode: what three do not cure is
    /// no longer a hiccup, and the caller's slower backoff is for it.
    static let standard = CallRetries(maximumAttempts: 3)
    /// The policy of receives, deletes and changes of visibility, whose pace is the caller's.
    static let once = CallRetries(maximumAttempts: 1)

    let maximumAttempts: Int

    enum Step: Equatable {
        case giveUp
        case pauseAndRepeat
        /// The credentials were wrong, and there may be newer ones. Once in a call, without a
        /// pause.
        case repeatWithFreshCredentials
    }

    /// - Parameters:
    ///   - attempt: the number of attempts made, 1 at least.
    ///   - credentialsAreFresh: whether a repetition with fresh credentials was among them.
    func step(
        after kind: SQSError.Kind, attempt: Int, credentialsAreFresh: Bool
    ) -> Step {
        guard attempt < maximumAttempts else { return .giveUp }
        switch kind {
        case .throttled, .transient: return .pauseAndRepeat
        case .credentials: return credentialsAreFresh ? .giveUp : .repeatWithFreshCredentials
        case .clockSkew, .denied, .missing, .malformed, .leaseLost, .overLimit, .cancelled:
            return .giveUp
        }
    }
}

/// Whether and how fast a client may repeat its requests: one for all requests of a client.
package protocol RetryPacing: Sendable {
    /// Takes from a quota what one repetition after this failure costs. nil where the quota is
    /// spent: the failure is final.
    func takeRetry(after failure: SQSError) async -> Int?

    /// Waits before the next attempt. Throws only when the task is cancelled.
    ///
    /// - Parameter failures: the number of attempts that failed, 1 at least.
    func pause(afterFailures failures: Int, last failure: SQSError) async throws

    /// A request succeeded.
    ///
    /// - Parameter lastCost: what its last repetition cost; nil where it needed none.
    func succeeded(lastCost: Int?)
}
