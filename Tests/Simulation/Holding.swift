import SubscriberEngine

/// One delivery of one message to one daemon.
final class Holding {
    let lease: LeaseID
    let message: TrackedMessage
    let host: Host
    let handlers: [HandlerID]
    /// When its receive was sent.
    let receivedAt: Instant
    /// Since when it could wait for a slot.
    private(set) var waitsSince: Instant
    let receiveCount: Int
    /// Its answer came so late that its lease may have lapsed on the way; no renewal has worked.
    private(set) var isInDoubt: Bool
    var runs: [Run] = []
    /// The daemon keeps the message's content, for handlers that run or will.
    var hasContent = true
    /// When a handler that could not work was tried on it first.
    var futileSince: Instant?
    /// When a handler began with it last, beside no other.
    var workingSince: Instant?
    /// A handler came to an end with it.
    var isWorkedOff = false
    /// When it let go of it.
    var forgottenAt: Instant?
    var isDeadLettering = false
    /// The handlers that are over with this delivery, and what they asked for.
    var over = HandlerSet()
    var wish = Wish()
    /// On its way back to the queue, since when, and whether every handler was over with it.
    var comeback: Comeback?
    /// Of what ends it: its deletes, or its releases.
    var attempts = EntryAttempts()
    var ending: Ending?
    /// Until when the lease is surely the daemon's, by what it was told.
    var leaseUntil: Instant
    var leaseSpan: Duration
    /// The service said for good that the handle is void.
    var isRefused = false
    /// The daemon has said that the lease is lost.
    var isLost = false
    /// When it was last asked for that the message be deleted, or visible again, when such a call
    /// last came back, and those that are out.
    var endSentAt: Instant?
    var endAnsweredAt: Instant?
    var endCalls: Set<BatchID> = []
    /// When a renewal was sent that has not worked.
    var renewalSentAt: Instant?
    var isDeleteConfirmed = false
    var isChangeConfirmed = false

    init(
        lease: LeaseID, message: TrackedMessage, host: Host, handlers: [HandlerID],
        sentAt: Instant, timeout: Duration, receiveCount: Int, at now: Instant
    ) {
        self.lease = lease
        self.message = message
        self.host = host
        self.handlers = handlers
        self.receiveCount = receiveCount
        receivedAt = sentAt
        waitsSince = now
        leaseUntil = sentAt + timeout
        leaseSpan = timeout
        isInDoubt = now - sentAt > timeout / 2
    }

    /// What ends it was sent.
    func endIsSent(in batch: BatchID, at now: Instant) {
        endSentAt = now
        endCalls.insert(batch)
    }

    /// A renewal, or a delay, was confirmed.
    func extend(to until: Instant, _ span: Duration, at now: Instant) {
        leaseUntil = max(leaseUntil, until)
        leaseSpan = span
        // One that came too late to run anything by it leaves the doubt.
        guard isInDoubt, now <= isOverAt - span / 8 else { return }
        isInDoubt = false
        waitsSince = now
    }

    /// How long a handler may take to end, once it is told to, and be gone before the lease is.
    var killGrace: Duration { min(leaseSpan / 8, .seconds(5)) }
    /// When it is too late to do anything for the lease: killing a handler, which has half a second
    /// at least.
    var isOverAt: Instant {
        leaseUntil - max(min(leaseSpan / 8, .milliseconds(5_500)), .milliseconds(500))
    }

    /// It takes a slot.
    var isOccupying: Bool { hasContent || !runs.isEmpty }
    var isDeleteAwaited: Bool { ending == .leftToLapse(.deleteUnconfirmed) }
    var isRunningUncancelled: Bool { runs.contains { !$0.isCancelled } }
    /// No other daemon may run the message now: it waits, or a handler runs for it.
    var isExclusive: Bool {
        if !runs.isEmpty { return runs.contains(where: \.isExclusive) }
        return hasContent && !isInDoubt && !isDeadLettering
    }
}

/// One run of one handler.
struct Run {
    let handler: HandlerID
    /// Its handler is worth finishing without a lease.
    let mayContinue: Bool
    let ignoresCancel: Bool
    let hangs: Bool
    /// The messages that the handler was given at once.
    let batch: RunBatch
    var isCancelled = false

    /// No other run for the message may be beside it. One that may go on without its lease says
    /// itself that it need not be; one that ignores being told to end cannot be ended, as a handler
    /// in the daemon's own process.
    var isExclusive: Bool { !mayContinue && !(isCancelled && ignoresCancel) }
}
