/// What came of a run: the one word for it from the handler to the queue.
package enum HandlerResult: Sendable, Equatable {
    case outcome(Outcome)
    /// It threw: a retry, and a failure of the handler's.
    case threw(String)
    /// It failed, and its message is to come back after the delay that is configured for it. Other
    /// than a delay that the handler asks for, which is its wish to be spared, this is a failure.
    case failed(after: Duration)
    /// It cannot work, whichever the message.
    case unavailable(String)
    /// It was cancelled before it returned; what it returned does not count.
    case cancelled

    /// The longest description of a thrown error that is kept: it ends up in a log line.
    private static let descriptionMaximum = 2_000

    /// What a handler threw. ``HandlerUnavailable`` is understood here and nowhere else.
    package init(thrown error: any Error) {
        self =
            if let error = error as? HandlerUnavailable {
                .unavailable(error.description)
            } else {
                .threw(String(String(describing: error).prefix(Self.descriptionMaximum)))
            }
    }

    package static let done = HandlerResult.outcome(.done)

    package static func retry(after delay: Duration? = nil) -> HandlerResult {
        .outcome(.retry(after: delay))
    }

    package static func reject(reason: String) -> HandlerResult {
        .outcome(.reject(reason: reason))
    }
}
