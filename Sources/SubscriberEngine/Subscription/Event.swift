package import MessageHandling
package import SQS

/// What happened, as the engine is told.
package enum Event: Sendable {
    /// The pool gave so many slots.
    case slotsGranted(Int)
    /// A receive came back. More messages than asked for are taken, and the surplus released.
    case received(PollID, [Delivery])
    /// A receive failed, or its answer was lost.
    case receiveFailed(PollID, SQSError)
    /// A receive that was cut came back without an answer.
    case receiveCancelled(PollID)
    /// A run is over. The detail decides nothing: it is handed on to the report.
    case handlerFinished(LeaseID, HandlerID, HandlerResult, RunDetail = RunDetail())
    /// The handler was asked whether it could work: nil, or what is in its way.
    case handlerChecked(HandlerID, unavailable: String?)
    /// A delete call was answered entry by entry: what is not among the failed succeeded.
    case deleteAnswered(BatchID, failed: [LeaseID: SQSError])
    /// A delete call failed as a whole, which says nothing of its entries.
    case deleteCallFailed(BatchID, SQSError)
    /// The answer to a change of visibility.
    case visibilityAnswered(BatchID, failed: [LeaseID: SQSError])
    case visibilityCallFailed(BatchID, SQSError)
    /// The dead-letter queue took the message, or did not.
    case deadLetterAnswered(LeaseID, SQSError?)
    case attributesRead(QueueAttributes)
    case attributesFailed(SQSError)
    /// The moment of the last ``Effect/wake(at:)`` came. Spurious ones do no harm; the first one
    /// starts the engine.
    case timePassed
    case settingsChanged(SubscriptionSettings)
    /// Take nothing new; what runs may finish until the moment given.
    case stop(graceUntil: Instant)
    /// Cancel what runs, too.
    case stopNow
    /// The stop is called off: receive again at once, beside what still runs. Comes too late for
    /// one that has told handlers to end.
    case resume
}

extension Event {
    /// Whether a handler has ended.
    var isResult: Bool { if case .handlerFinished = self { true } else { false } }
}

/// One message of a receive, without its body.
package struct Delivery: Sendable, Equatable {
    package var lease: LeaseID
    package var messageID: String
    package var receiptHandle: String
    package var group: String?
    package var receiveCount: Int
    /// The handlers that asked for the message.
    package var handlers: [HandlerID]
    /// Whether something elsewhere belongs to the message: see ``Effect/dispose(_:)``.
    package var hasDisposal: Bool
    /// What its content takes, about.
    package var bytes = 0

    package init(
        lease: LeaseID, messageID: String, receiptHandle: String, group: String? = nil,
        receiveCount: Int = 1, handlers: [HandlerID], hasDisposal: Bool = false
    ) {
        self.lease = lease
        self.messageID = messageID
        self.receiptHandle = receiptHandle
        self.group = group
        self.receiveCount = receiveCount
        self.handlers = handlers
        self.hasDisposal = hasDisposal
    }
}
