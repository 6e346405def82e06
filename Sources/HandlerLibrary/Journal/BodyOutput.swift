package import MessageHandling

/// Where bodies are written whose writing is all that becomes of their messages.
///
/// No log: nothing is left out, cut or put off. Both calls may block their thread for some seconds.
package protocol BodyOutput: Sendable {
    /// Writes the body of a message, and returns what that makes of the message: `done` when the
    /// body was taken by who keeps it or reads it.
    ///
    /// - Throws: `HandlerUnavailable` when it was not taken, nor would another be at present. A
    ///   part of it, or all, may be there all the same, and then comes again with the message.
    func write(_ message: Message, of handlerName: String) throws -> Outcome

    /// Throws what is in the way of every body, as far as that can be seen without one.
    func check() throws(HandlerUnavailable)
}
