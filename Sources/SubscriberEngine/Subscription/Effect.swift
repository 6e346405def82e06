/// What is to be done, as the engine says. Performed in the order given.
package enum Effect: Sendable {
    /// So many slots are wanted in addition to those held. Replaces the number said before; zero
    /// withdraws it. `idle` when they are for a receive that may wait for its messages.
    case wantSlots(Int, idle: Bool)
    case returnSlots(Int)
    indirect case receive(Receive)
    /// The receive is to come back now: ``Event/receiveCancelled(_:)``, or with what it has.
    case cancelReceive(PollID)
    case run(LeaseID, HandlerID)
    /// Messages of one group go to the handler together, in this order. It answers for each, and
    /// the first for which it is not done is the last that it works on.
    case runInOrder([LeaseID], HandlerID)
    /// The handler is to end. Its ``Event/handlerFinished(_:_:_:)`` is still expected.
    case cancel(LeaseID, HandlerID, CancelReason)
    /// The handler is to be asked, without a message, whether it could work:
    /// ``Event/handlerChecked(_:unavailable:)``.
    case checkHandler(HandlerID)
    case delete(BatchID, [Deletion])
    case changeVisibility(BatchID, [VisibilityChange])
    /// The message is to be sent to the dead-letter queue. Without a handler where none matched it.
    case deadLetter(LeaseID, reason: String, by: HandlerID?)
    case readAttributes
    /// No handler needs the message's content any more.
    case forget(LeaseID)
    /// The message was handled and is deleted, and no dead-letter queue has it: what belongs to it
    /// elsewhere may go. Said before ``ended(_:_:)``, for deliveries that say that there is
    /// something, and only where it is sure: as far as this host can know.
    case dispose(LeaseID)
    /// Our hold on the message is over. Said once for each delivery.
    case ended(LeaseID, Ending)
    /// What is to be kept for the next process, where there is a place for it. Never said of a
    /// message whose delete SQS confirms at once.
    indirect case keep(CompletionChange)
    /// Say ``Event/timePassed`` at the moment given. Replaces the moment said before.
    case wake(at: Instant)
    case report(Report)
    /// Nothing is in flight any more, or nothing that would be worth waiting for.
    case finished
}

/// A ReceiveMessage to be sent.
package struct Receive: Sendable, Equatable {
    package let poll: PollID
    /// 1 to 10.
    package let maximumMessages: Int
    package let waitTime: Duration
    package let visibilityTimeout: Duration
    /// FIFO queues only.
    package let attemptID: String?
}

/// An entry of a DeleteMessageBatch.
package struct Deletion: Sendable, Equatable {
    package let lease: LeaseID
    package let receiptHandle: String
}

/// An entry of a ChangeMessageVisibilityBatch.
package struct VisibilityChange: Sendable, Equatable {
    package let lease: LeaseID
    package let receiptHandle: String
    /// Whole seconds.
    package let timeout: Duration
}

/// Why a handler is told to end.
package enum CancelReason: Sendable, Equatable {
    /// Another host may be given the message from the moment given on: the handler has to be gone
    /// by then. Told again to one that was told to end for a stop.
    case leaseLost(LeaseLoss, until: Instant)
    case stopping
}
