/// The state of a subscription at one moment, for the status line and the health check. Costs the
/// handlers, not the messages.
package struct SubscriptionSnapshot: Sendable, Equatable {
    /// Receives that are out.
    package let receives: Int
    /// Messages that wait or run.
    package let inHand: Int
    /// Runs of handlers, those that were given up included.
    package let running: Int
    /// Runs that were given up and have not returned.
    package let abandoned: Int
    /// Messages that only wait for SQS to confirm their delete or their return.
    package let unconfirmed: Int
    package let slotsHeld: Int
    package let slotsWanted: Int
    /// All leases since the start, by their ending.
    package let endings: EndingLedger
    /// Leases that were renewed, each as often as it was.
    package let renewals: Int
    /// What fails at present, the most important first.
    package let troubles: [Trouble]
    package let gate: GateStatus?
    /// Handlers that are slowed down, since they fail all they get.
    package let slowHandlers: [SlowHandler]
    /// Message groups that do not move on, the longest first.
    package let stalls: [GroupStall]
    package let drain: Drain.Phase
    /// The lease that receives ask for; nil until it is known.
    package let visibilityTimeout: Duration?
}

/// A handler that cannot work, and stops receiving by it.
package struct GateStatus: Sendable, Equatable {
    package let handler: String
    /// The queue's other handlers, which get nothing meanwhile either.
    package let others: [String]
    package let reason: String
    package let since: Instant
    /// Nil while an attempt is under way.
    package let nextAttempt: Instant?
    /// The id of the message that is kept, to be handled first.
    package let kept: String?
}

/// A handler that is given fewer messages than it is configured for, since it failed all it got.
package struct SlowHandler: Sendable, Equatable {
    package let handler: String
    /// Zero when it has just succeeded again.
    package let failuresInRow: Int
    package let since: Instant
}
