/// A handler that can say without a message whether it could work: its program is there, somebody
/// listens at its endpoint.
///
/// Asked before a message is risked on a handler that could not work a moment ago: each message
/// tried on it in vain is one receive nearer to the dead-letter queue.
package protocol CheckableHandler: MessageHandler {
    /// Returns within seconds, without an effect on anything. To return is no promise: only that
    /// nothing was seen to be in the way.
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
