package import MessageHandling

/// A handler of a subscription, with what the configuration says of it.
package struct RegisteredHandler: Sendable {
    package let name: String
    package let handler: any MessageHandler
    package let concurrency: Int
    package let policy: HandlerPolicy
    /// Gets the messages that no other handler of the queue matches.
    package let isFallback: Bool
    /// Whether it may refuse a message.
    package let isSelective: Bool
    /// Told when no more messages can come before some that came are over, and when they can again.
    /// Called in order, and awaited by nothing but the next call.
    package let noteFull: (@Sendable (Bool) async -> Void)?

    package init(
        name: String, handler: any MessageHandler, concurrency: Int,
        policy: HandlerPolicy = HandlerPolicy(), isFallback: Bool = false,
        isSelective: Bool = false,
        noteFull: (@Sendable (Bool) async -> Void)? = nil
    ) {
        self.name = name
        self.handler = handler
        self.concurrency = concurrency
        self.policy = policy
        self.isFallback = isFallback
        self.isSelective = isSelective
        self.noteFull = noteFull
    }
}
