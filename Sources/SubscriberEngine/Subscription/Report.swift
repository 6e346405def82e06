package import MessageHandling
package import SQS

/// What an operator may want to know, for logs and counters. Facts, not text.
package indirect enum Report: Sendable, Equatable {
    /// A handler finished with a message.
    case handled(HandledMessage)
    /// The message comes back: after the delay, or (nil) by its visibility timeout.
    case retryScheduled(messageID: String, receiveCount: Int, delay: Duration?)
    /// A handler asked for a longer delay than SQS still grants the message: it hides one for 12
    /// hours from its receive.
    case delayCapped(messageID: String, asked: Duration, granted: Duration)
    /// A message was rejected; sent to the dead-letter queue, or (no such queue) left to redrive.
    case rejected(messageID: String, reason: String, deadLettered: Bool)
    /// The dead-letter queue did not take a rejected message: it comes back, and is rejected again.
    case deadLetterFailed(messageID: String, SQSError)
    /// The lease is gone, while this was being done with the message.
    case leaseLost(messageID: String, LeaseLoss, LostWork)
    /// A handler returned too late for its result to count.
    case outcomeDiscarded(HandledMessage)
    /// SQS will not delete the message: it is deleted when it comes back, without a run.
    case deleteFailed(messageID: String, SQSError)
    /// A message came back although it was done: it is deleted without a run.
    case deletedWithoutRun(messageID: String)
    /// No handler matched, so many times since the last such report. At most one a minute.
    case unmatched(count: Int, lastMessageID: String, UnmatchedPolicy)
    /// Messages that had not started were made visible again.
    case released(Int, ReleaseCause)
    /// A message group does not move on; said once for each time it stalls.
    case groupStalled(GroupStall)
    case groupMoves(group: String, after: Duration)
    case troubleBegan(Activity, SQSError)
    /// The trouble goes on, and is of another nature now.
    case troubleChanged(Activity, SQSError)
    case troubleEnded(Activity, after: Duration, failures: Int)
    /// The activity has had nothing to do for long: whether it would fail again is not known.
    case troubleForgotten(Activity, after: Duration, failures: Int)
    /// Receiving stopped, since a handler cannot work. The `others` of the queue wait with it.
    case gateTripped(handler: String, reason: String, others: [String])
    /// What is in the way of that handler is another thing now.
    case gateExplained(handler: String, reason: String)
    case gateRecovered(handler: String, after: Duration)
    /// Receiving goes on although nothing is known of the handler: no message came for it.
    case gateLifted(handler: String, after: Duration)
    /// A handler failed so often in a row that it gets fewer messages side by side, or
    /// (`isProbing`) only a few now and then.
    case handlerSlowed(handler: String, failures: Int, isProbing: Bool)
    /// That handler is back at its full pace.
    case handlerRecovered(handler: String, after: Duration)
    /// The queue's visibility timeout was read for the first time or has changed.
    case visibilityTimeout(Duration)
    /// The queue's visibility timeout may not be read: this one is used.
    case visibilityTimeoutAssumed(Duration)
    case drainBegan(running: Int)
    /// The stop was called off, while handlers still ran for so many messages.
    case drainCalledOff(running: Int)
    /// Handlers were told to end, for the stop.
    case handlersCancelled(Int)
    /// Handlers did not end when told to; their messages are released without them.
    case handlersAbandoned(Int)
    /// The stop is complete. `unconfirmed` messages were left to their visibility timeout, since
    /// SQS did not answer in time.
    case drainEnded(after: Duration, unconfirmed: Int)
}

extension Report {
    /// The message that it is about; nil where it is about none, or several.
    var messageID: String? {
        switch self {
        case .handled(let run), .outcomeDiscarded(let run): run.messageID
        case .retryScheduled(let id, _, _), .delayCapped(let id, _, _), .rejected(let id, _, _),
            .deadLetterFailed(let id, _), .leaseLost(let id, _, _), .deleteFailed(let id, _),
            .deletedWithoutRun(let id), .unmatched(_, let id, _):
            id
        case .groupStalled(let stall): stall.messageID
        case .released, .groupMoves, .troubleBegan, .troubleChanged, .troubleEnded,
            .troubleForgotten, .gateTripped, .gateExplained, .gateRecovered, .gateLifted,
            .handlerSlowed, .handlerRecovered, .visibilityTimeout, .visibilityTimeoutAssumed,
            .drainBegan, .drainCalledOff, .handlersCancelled, .handlersAbandoned, .drainEnded:
            nil
        }
    }
}

/// One run of one handler.
package struct HandledMessage: Sendable, Equatable {
    package let messageID: String
    package let handler: String
    package let result: HandlerResult
    package let duration: Duration
    package let receiveCount: Int
    /// How often the queue's redrive policy lets a message be received; nil where it has none, or
    /// where it could not be read.
    package let maximumReceives: Int?
    package let group: String?
    /// What the handler said of the run.
    package let detail: RunDetail
    package var aftermath = Aftermath.undecided
}

/// What becomes of a message after a run.
package enum Aftermath: Sendable, Equatable {
    /// Other handlers of the message are not over with it, or the run was given up before.
    case undecided
    /// It is deleted.
    case deleted
    /// It is visible again after the delay; zero for at once.
    case returns(after: Duration)
    /// Its visibility timeout brings it back, in so long at most.
    case lapses(within: Duration)
    /// It is kept: its handler did not start, and is tried again in place.
    case kept
    /// It is on its way to the dead-letter queue.
    case deadLettering
}

/// What was being done with a message when its lease was lost, and what becomes of it.
package enum LostWork: Sendable, Equatable {
    /// No handler ran: none is started.
    case waiting
    /// Its handlers are told to end.
    case cancelled
    /// Its handlers go on, as they want to.
    case continuing
    /// Its way to the dead-letter queue is finished.
    case deadLettering
    /// It was handled, and its delete not confirmed: it is deleted when it comes back.
    case deleting
    /// It was being made visible again.
    case returning

    init(_ lease: Lease, continues: Bool) {
        self =
            switch lease.phase {
            case .handling: continues ? .continuing : lease.isRunning ? .cancelled : .waiting
            case .deadLettering: .deadLettering
            case .deleting: .deleting
            case .returning: .returning
            }
    }
}

/// Why messages were made visible again before a handler saw them.
package enum ReleaseCause: String, Sendable {
    case stopping
    /// A handler cannot work at present.
    case gate
    /// The handler could not start for the message for long: another host may be well.
    case keptLong
    /// Their handler fails all it gets, and is given less.
    case slowed
    /// Their handlers take longer than was expected when they were asked for.
    case early
    /// An earlier message of the group failed, and must run first.
    case groupFailure
    /// The receive brought more than was asked for.
    case surplus
}
