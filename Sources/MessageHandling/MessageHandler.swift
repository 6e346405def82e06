/// What runs for a message.
///
/// Called on the daemon's worker pool, once for each message, up to the handler's `concurrency` at
/// the same time. Blocking the thread blocks this worker only: no poller, renewal or watchdog.
/// The task is cancelled when the handler's time is over, the lease is lost or the daemon must end;
/// the message then comes back whatever is returned.
///
/// A thrown error means ``Outcome/retry(after:)`` without a delay, and is logged. Throw
/// ``HandlerUnavailable`` when no message could be handled at present.
public protocol MessageHandler: Sendable {
    func handle(_ message: Message, context: HandlerContext) async throws -> Outcome
}

/// What a handler made of a message.
public enum Outcome: Sendable, Equatable {
    /// Handled. The message is deleted once every handler that matched it is done.
    case done
    /// Not handled. The message comes back after the delay, or, without one, as the handler's
    /// retry settings or the queue's visibility timeout say. A delay of zero brings it back at
    /// once after its first receive; after each later one it waits, from 1 s on, doubled each
    /// time, up to a minute.
    ///
    /// With a delay this is a wish and no failure: however often it comes, receiving goes on.
    case retry(after: Duration? = nil)
    /// Never to be handled. The message goes to the dead-letter queue of the subscription; without
    /// one it comes back, and the queue's own redrive policy decides.
    case reject(reason: String)
}

/// The handler itself cannot work, whichever the message: its program is missing, its endpoint
/// refuses connections.
///
/// The message is to be retried, and is not to blame.
public struct HandlerUnavailable: Error, CustomStringConvertible {
    /// What is wrong and what to do about it, in a sentence for the operator.
    public let description: String

    public init(_ description: String) {
        self.description = description
    }
}
