package import MessageHandling

/// Where bodies are written whose writing is all that becomes of their messages.
///
/// No log: nothing is left out, cut or put off. Both calls may block their thread for some seconds.
package protocol BodyOutput: Sendable {
    /// Writes the bodies of messages, in their order, and returns what that makes of each: `done`
    /// when its body was taken by who keeps it or reads it, `unavailable` when it was not, nor
    /// would another be at present. A part of such a body, or all, may be there all the same, and
    /// then comes again with the message. `cancelled` when the task was.
    func write(_ messages: [Message], of handlerName: String) -> [HandlerResult]

    /// Throws what is in the way of every body, as far as that can be seen without one.
    func check() throws(HandlerUnavailable)
}
