/// What is finished of a message that may come back all the same.
package struct Completion: Sendable, Equatable {
    package var messageID: String
    /// The names of the handlers that are done with it. Names, since ids end with the process.
    package var handlers: [String]
    /// Every handler that was asked is done (or a dead-letter queue took the message): only the
    /// delete is missing.
    package var isDeletable: Bool

    package init(messageID: String, handlers: [String], isDeletable: Bool) {
        self.messageID = messageID
        self.handlers = handlers
        self.isDeletable = isDeletable
    }
}

/// What is to be kept of completions beyond the life of this process, or no longer.
package enum CompletionChange: Sendable, Equatable {
    /// Replaces what was kept of the message.
    case remembered(Completion)
    /// The message is deleted, or gave way to newer ones.
    case forgotten(messageID: String)
}
