/// How long to wait after failures: exponential, capped, with full jitter.
///
/// The wait is drawn evenly between nothing and `base` doubled with every failure, at most `cap`;
/// the cap is applied before the draw, so that many clients do not meet again at the cap. A value:
/// the random number comes from the caller.
package struct Backoff: Sendable, Equatable {
    package let base: Duration
    package let cap: Duration

    package init(base: Duration, cap: Duration) {
        self.base = base
        self.cap = cap
    }

    /// The network, a server error. The base of the AWS SDKs' retry behaviour of 2026.
    package static let transient = Backoff(base: .milliseconds(50), cap: .seconds(20))
    /// The service asked for fewer requests. The base of the AWS SDKs' retry behaviour of 2026.
    package static let throttling = Backoff(base: .seconds(1), cap: .seconds(20))
    /// Credentials could not be fetched: a minute leaves room for a dozen attempts in the quarter
    /// of an hour by which a refresh comes before the expiry.
    package static let credentials = Backoff(base: .seconds(1), cap: .seconds(60))

    /// The longest wait after so many failures in a row; none after none.
    package func ceiling(afterFailures failures: Int) -> Duration {
        guard failures > 0 else { return .zero }
        var ceiling = base
        var doublings = failures - 1
        while doublings > 0, ceiling < cap {
            ceiling *= 2
            doublings -= 1
        }
        return min(ceiling, cap)
    }

    /// - Parameters:
    ///   - fraction: a random number from 0 up to, not including, 1.
    ///   - serverAsks: what the answer's `x-amz-retry-after` (milliseconds) or `Retry-After` said.
    ///     It lengthens the wait, by five seconds at most; it never shortens it.
    package func delay(
        afterFailures failures: Int, fraction: Double, serverAsks: Duration? = nil
    ) -> Duration {
        let computed = ceiling(afterFailures: failures) * min(max(fraction, 0), 1)
        guard let serverAsks else { return computed }
        return min(max(computed, serverAsks), computed + Self.longestExtension)
    }

    /// A server must not be able to park a client: the bound of the AWS SDKs.
    private static let longestExtension = Duration.seconds(5)
}
