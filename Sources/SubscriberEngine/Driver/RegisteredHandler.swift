package import MessageHandling

/// A handler of a subscription, with what the configuration says of it.
package struct RegisteredHandler: Sendable {
    package let name: String
    package let handler: any Handler
    package let concurrency: Int
    package let retry: RetryPolicy
    package let onLeaseLost: LeaseLostPolicy
    /// Nil for no limit.
    package let messagesPerSecond: Double?
    /// Whether it gets some of the queue's messages only.
    package let isSelective: Bool

    package init(
        name: String, handler: any Handler, concurrency: Int,
        retry: RetryPolicy = .visibilityTimeout, onLeaseLost: LeaseLostPolicy = .cancel,
        messagesPerSecond: Double? = nil, isSelective: Bool = false
    ) {
        self.name = name
        self.handler = handler
        self.concurrency = concurrency
        self.retry = retry
        self.onLeaseLost = onLeaseLost
        self.messagesPerSecond = messagesPerSecond
        self.isSelective = isSelective
    }
}
