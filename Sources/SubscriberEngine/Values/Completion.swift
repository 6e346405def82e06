/// What is finished of a message that may come back all the same.
package struct Completion: Sendable, Equatable {
    package var messageID: String
    /// The names of the handlers that are done with it. Names, since ids end with the process.
    package var handlers: [String]
    /// What other handlers said that rejected it, while a third one wants it back.
    package var rejections: [Rejection]
    /// Every handler that was asked is done (or a dead-letter queue took the message): only the
    /// delete is missing.
    package var isDeletable: Bool

    package init(
        messageID: String, handlers: [String], rejections: [Rejection] = [], isDeletable: Bool
    ) {
        self.messageID = messageID
        self.handlers = handlers
        self.rejections = rejections
        self.isDeletable = isDeletable
    }

    /// One handler's rejection of a message.
    package struct Rejection: Sendable, Equatable {
        /// A reason is for people: the beginning says it, and ten thousand are to stay small.
        package static let longestReason = 200

        package let handler: String
        /// Cut to ``longestReason`` Unicode scalars: a character may have any number of them.
        package let reason: String

        package init(handler: String, reason: String) {
            self.handler = handler
            self.reason = String(reason.unicodeScalars.prefix(Self.longestReason))
        }
    }

    /// Nothing that is worth remembering.
    var isEmpty: Bool { handlers.isEmpty && rejections.isEmpty && !isDeletable }

    func rejection(by handler: String) -> Rejection? {
        rejections.first { $0.handler == handler }
    }

    /// What is known of the message together with what is new.
    func merged(with news: Completion) -> Completion {
        var merged = self
        for name in news.handlers where !merged.handlers.contains(name) {
            merged.handlers.append(name)
        }
        for rejection in news.rejections where self.rejection(by: rejection.handler) == nil {
            merged.rejections.append(rejection)
        }
        merged.isDeletable = isDeletable || news.isDeletable
        return merged
    }
}

/// What is to be kept of completions beyond the life of this process, or no longer.
package enum CompletionChange: Sendable, Equatable {
    /// Replaces what was kept of the message.
    case remembered(Completion)
    /// The message is deleted, or gave way to newer ones.
    case forgotten(messageID: String)
}
