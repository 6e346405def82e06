/// A message as it comes in: whom it is for, and what these are given of it. Worked out once,
/// before the engine hears of the message.
package struct Arrival: Sendable {
    /// The message as it was received.
    package let message: Message
    /// The places of the handlers that get it, in the order in which the driver was given them.
    package let takers: [Int]
    /// What its handlers are given, all the same.
    package let content: Content
    /// What is done after the message was handled by all and deleted; nil where it has nothing but
    /// what is in the queue. It must end soon after its task is cancelled: a stop waits for it, for
    /// some seconds.
    package let disposal: (@Sendable () async -> Void)?

    /// - Parameter content: nil for the message as it was received.
    package init(
        _ message: Message, takers: [Int] = [], content: Content? = nil,
        disposal: (@Sendable () async -> Void)? = nil
    ) {
        self.message = message
        self.takers = takers
        self.content = content ?? .message(message)
        self.disposal = disposal
    }

    /// Whether what handlers are given need not be fetched, nor taken apart.
    package var isAtHand: Bool { if case .message = content { true } else { false } }

    /// What handlers are given of a message.
    package enum Content: Sendable {
        case message(Message)
        /// There is none: this is what comes of every run.
        case missing(HandlerResult)
        /// It is fetched for the first run that needs it, and kept for the others. One that could
        /// not be fetched is missing.
        case elsewhere(@Sendable () async -> Content)
    }
}

/// What a message goes through between the wire and the engine.
package protocol MessageIntake: Sendable {
    /// Called once for each message of a receive, outside of the driver's loop. It may take long,
    /// but not as long as a lease: that runs meanwhile, and nothing renews it.
    func arrival(of message: Message) async -> Arrival

    /// Says without a message whether content could be had; asked before the handlers are.
    ///
    /// - Throws: what is in the way of all content.
    func checkAvailability() async throws(HandlerUnavailable)
}

extension MessageIntake {
    package func checkAvailability() async throws(HandlerUnavailable) {}
}
