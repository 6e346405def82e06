package import HTTP

/// The waits of the AWS SDKs, with full jitter.
extension Backoff {
    /// The network, a server error. The base of the AWS SDKs' retry behaviour of 2026.
    package static let transient = Backoff(
        initial: .milliseconds(50), maximum: .seconds(20), drawn: 1)
    /// The service asked for fewer requests. The base of the AWS SDKs' retry behaviour of 2026.
    package static let throttling = Backoff(initial: .seconds(1), maximum: .seconds(20), drawn: 1)
    /// Credentials could not be fetched: a minute leaves room for a dozen attempts in the quarter
    /// of an hour by which a refresh comes before the expiry.
    package static let credentials = Backoff(initial: .seconds(1), maximum: .seconds(60), drawn: 1)

    /// - Parameters:
    ///   - fraction: a random number from 0 up to, not including, 1.
    ///   - serverAsks: what the answer's `x-amz-retry-after` (milliseconds) or `Retry-After` said.
    ///     It lengthens the wait, by five seconds at most; it never shortens it.
    package func delay(
        afterFailures failures: Int, fraction: Double, serverAsks: Duration?
    ) -> Duration {
        let computed = delay(afterFailures: failures, fraction: fraction)
        guard let serverAsks else { return computed }
        return min(max(computed, serverAsks), computed + Self.longestExtension)
    }

    /// A server must not be able to park a client: the bound of the AWS SDKs.
    private static let longestExtension = Duration.seconds(5)
}
