package import MessageHandling

extension HandledMessage {
    /// A run, for those who say how one is told of.
    ///
    /// - Parameter receives: the receive count, and how many the redrive policy allows.
    package init(
        messageID: String, handler: String, result: HandlerResult, duration: Duration,
        receives: (count: Int, maximum: Int?) = (count: 1, maximum: nil),
        detail: RunDetail = RunDetail(), aftermath: Aftermath = .undecided
    ) {
        self.init(
            messageID: messageID, handler: handler, result: result, duration: duration,
            receiveCount: receives.count, maximumReceives: receives.maximum, group: nil,
            detail: detail, aftermath: aftermath)
    }
}
