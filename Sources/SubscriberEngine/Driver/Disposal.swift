package import MessageHandling

/// What is done after a message was handled by all and deleted. It must end by itself, in seconds:
/// a stop waits for it.
package typealias Disposal = @Sendable () async -> Void

/// The disposal of a message; nil where it has nothing but what is in the queue.
package typealias DisposalFinder = @Sendable (Message) -> Disposal?
