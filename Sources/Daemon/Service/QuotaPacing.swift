import AWS
import HTTP
import SQS
import Synchronization

/// The pace of a client's repetitions: AWS's backoff and retry quota behind what the client asks.
final class QuotaPacing: RetryPacing {
    private let quota = Mutex(RetryQuota())

    func takeRetry(after error: SQSError) async -> Int? {
        quota.withLock { $0.takeRetry(error.kind == .throttled ? .throttling : .transient) }
    }

    func pause(afterFailures failures: Int, last error: SQSError) async throws {
        let backoff = error.kind == .throttled ? Backoff.throttling : Backoff.transient
        try await Task.sleep(
            for: backoff.delay(
                afterFailures: failures, fraction: Double.random(in: 0..<1),
                serverAsks: error.retryAfter))
    }

    func succeeded(lastCost: Int?) {
        quota.withLock { $0.succeeded(lastCost: lastCost) }
    }
}
