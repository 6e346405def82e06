import MessageHandling

/// The limits that keys of several tables have, each with its reason.
package enum KeyLimits {
    /// Nothing that happens under one receive can take longer than SQS holds a message invisible.
    package static let lease = HandlerContext.longestTime
    /// The memory of a large machine is filled by 10,000 messages with bodies of 1 MiB.
    package static let slots = 10_000
}
