/// A handler that can say without a message whether it could work: its program is there, somebody
/// listens at its endpoint.
///
/// Asked before a message is risked on a handler that could not work a moment ago: each message
/// tried on it in vain is one receive nearer to the dead-letter queue.
package protocol CheckableHandler: MessageHandler {
    /// Returns within seconds, or, where something has to be started to know, within the time that
    /// its start may take; at once when the task is cancelled. No message's work is done. To return
    /// is no promise: only that nothing was seen to be in the way.
    ///
    /// - Throws: what is in the way.
    func checkAvailability() async throws(HandlerUnavailable)
}

extension MessageHandler {
    /// The same of any handler: nothing is in the way of one that cannot be asked.
    package func checkAvailabilityIfPossible() async throws(HandlerUnavailable) {
        if let handler = self as? any CheckableHandler { try await handler.checkAvailability() }
    }
}
