package import MessageHandling

/// A handler that has something of its own while no message is handled, such as processes.
package protocol ManagedHandler: GatheringHandler {
    /// Few or no messages are to come: the handler was replaced, or the daemon drains. What comes
    /// is still handled, at once, and then nothing is kept.
    func retire() async
    /// Ends everything and returns when nothing is left. Messages in hand come back.
    func shutDown() async
}

/// A handler that gathers messages, and is not to wait for more than there is room for.
package protocol GatheringHandler: MessageHandler {
    /// Whether no more messages come before some that came are over, since there is no room for
    /// them.
    func note(isFull: Bool) async
}
