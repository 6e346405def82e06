package import MessageHandling

/// A handler of a subscription, with what the configuration says of it.
package struct RegisteredHandler: Sendable {
    package let name: String
    package let handler: any Handler
    package let concurrency: Int
    package let policy: HandlerPolicy
    /// Whether it gets some of the queue's messages only.
    package let isSelective: Bool

    package init(
        name: String, handler: any Handler, concurrency: Int,
        policy: HandlerPolicy = HandlerPolicy(), isSelective: Bool = false
    ) {
        self.name = name
        self.handler = handler
        self.concurrency = concurrency
        self.policy = policy
        self.isSelective = isSelective
    }
}
