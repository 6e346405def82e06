/// What the configuration says of a handler, whatever its kind, and the engine heeds. Carried from
/// the one to the other as it is.
package struct HandlerPolicy: Sendable, Equatable {
    package var retry = RetryPolicy.visibilityTimeout
    package var onLeaseLost = LeaseLostPolicy.cancel
    package var limits = HandlerLimits()

    package init() {}
}

/// What a handler, or what it talks to, can bear.
package struct HandlerLimits: Sendable, Equatable {
    /// What the handler is to get at most; nil for no limit. The whole queue is received from at
    /// this pace: what it may not get yet waits in the queue.
    package var messagesPerSecond: Double?

    package init() {}
}

/// What a handler wants when its message's lease is lost.
package enum LeaseLostPolicy: String, Sendable, CaseIterable {
    /// The handler is cancelled before another host can have the message.
    case cancel
    /// The handler goes on: its work is worth finishing twice. When it is done, the delete is still
    /// tried.
    case `continue`
}
