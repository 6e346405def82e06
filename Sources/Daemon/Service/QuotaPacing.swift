import AWS
import SQS
import Synchronization

/// The pace of a client's repetitions: AWS's backoff and retry quota behind what the client asks.
final class QuotaPacing: RetryPacing {
    private let quota = Mutex(RetryQuota())

    func allowsRetry(after kind: SQSError.Kind) async -> Bool {
        quota.withLock { $0.takeRetry(Self.reason(kind)) != nil }
    }

    func pause(afterAttempt attempt: Int, kind: SQSError.Kind) async throws {
        let backoff = kind == .throttled ? Backoff.throttling : Backoff.transient
        try await Task.sleep(
            for: backoff.delay(afterFailures: attempt, fraction: Double.random(in: 0..<1)))
    }

    func succeeded(afterRetryFor kind: SQSError.Kind?) async {
        let cost = kind.map {
            Self.reason($0) == .throttling
                ? RetryQuota.throttlingCost : RetryQuota.transientCost
        }
        quota.withLock { $0.succeeded(lastCost: cost) }
    }

    private static func reason(_ kind: SQSError.Kind) -> RetryQuota.Reason {
        kind == .throttled ? .throttling : .transient
    }
}
