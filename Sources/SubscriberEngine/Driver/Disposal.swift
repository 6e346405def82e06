package import MessageHandling

/// What is done after a message was handled by all and deleted. It must end soon after its task
/// is cancelled: a stop waits for it, for some seconds.
package typealias Disposal = @Sendable () async -> Void

/// The disposal of a message; nil where it has nothing but what is in the queue. Called outside of
/// the driver's loop.
package typealias DisposalFinder = @Sendable (Message) -> Disposal?
