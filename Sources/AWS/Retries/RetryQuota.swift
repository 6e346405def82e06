/// A token bucket that ends retrying when most requests fail, so that clients do not multiply the
/// load of a service in trouble.
///
/// Every retry takes tokens; a success gives back what its last retry took, or one token when it
/// needed none. Bucket size and costs are those of the AWS SDKs' retry behaviour of 2026. A value:
/// its owner puts the lock around it.
package struct RetryQuota: Sendable, Equatable {
    package enum Reason: Sendable {
        /// The network, a server error.
        case transient
        /// The service asked for fewer requests.
        case throttling
    }

    /// Enough for 35 retries in a row of one cause before retrying ends.
    package static let capacity = 500
    package static let transientCost = 14
    package static let throttlingCost = 5
    /// What an untroubled success adds.
    package static let refill = 1

    package private(set) var tokens = RetryQuota.capacity

    package init() {}

    /// Takes the tokens for one retry. Returns the cost, to be handed to ``succeeded(lastCost:)``,
    /// or `nil` when there are not enough: do not retry.
    package mutating func takeRetry(_ reason: Reason) -> Int? {
        let cost = reason == .throttling ? Self.throttlingCost : Self.transientCost
        guard tokens >= cost else { return nil }
        tokens -= cost
        return cost
    }

    /// - Parameter lastCost: of the last retry of the request, `nil` when it needed none.
    package mutating func succeeded(lastCost: Int?) {
        tokens = min(Self.capacity, tokens + (lastCost ?? Self.refill))
    }
}
