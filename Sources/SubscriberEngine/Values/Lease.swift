/// What the engine knows of one delivery. No body: that stays with the driver.
struct Lease: Sendable {
    /// What never changes, in one place for all copies: a lease is looked at many times.
    let origin: LeaseOrigin
    /// When the receive that brought it was sent. SQS cannot have counted from earlier.
    let receivedAt: Instant
    /// When it came here.
    let admittedAt: Instant

    /// The moment until which it is surely ours.
    var until: Instant
    /// How long the present term was when it began.
    var span: Duration
    /// When the book looks at it next; nil for never.
    var due: Instant?
    /// The answer took so long that the lease may have lapsed on the way: a renewal has to confirm
    /// it before any handler runs.
    var isInDoubt = false
    /// The next look is for a first renewal, which may come early to share a call with others.
    var isRenewalNext = false
    /// What its renewals ask for, from the first one on.
    var renewedFor: Duration?
    /// The lease is gone, and its handlers asked to go on all the same.
    var isLost = false
    /// Its content is here, for handlers that run or will.
    var isInHand = false
    /// It waits for a slot and nothing else.
    var isReady = false
    /// How many messages of its group would start with it then.
    var fellows = 0
    /// It runs, and what came before it in its group failed: whatever its handler says, it comes
    /// back after that.
    var isOutrun = false
    /// What came before it in its group may be at work elsewhere: no run of it starts any more.
    var isCutOff = false
    /// The gate kept it, and it gave up its slot.
    var wasKept = false
    /// When it got its slot; nil where it has none.
    var slotSince: Instant?
    /// A handler came to an end with it.
    var isWorkedOff = false
    var isInLine = false
    /// The message goes its way without waiting for the handlers that still run.
    var isAbandoned = false
    /// Deletes or visibility changes that failed.
    var failures = 0
    var phase = Phase.handling
    var runs: [HandlerRun] = []
    var ending: Ending?

    var id: LeaseID { origin.id }
    var messageID: String { origin.messageID }
    var receiptHandle: String { origin.receiptHandle }
    var group: String? { origin.group }
    var receiveCount: Int { origin.receiveCount }
    var line: String { origin.line }
    var hasDisposal: Bool { origin.hasDisposal }
    var bytes: Int { origin.bytes }

    enum Phase: Sendable, Equatable {
        /// Waits for its handlers, or runs them.
        case handling
        /// It is on its way to the dead-letter queue.
        case deadLettering
        /// Done: to be deleted.
        case deleting
        /// It is to be visible again.
        case returning
    }

    /// The moment by which it has surely lapsed, unless it is renewed. One in doubt was given out
    /// somewhere between its receive and its arrival.
    var lapsesBy: Instant { isInDoubt ? max(admittedAt + span, until) : until }
    var isRunning: Bool { runs.contains { $0.isRunning } }
    var runningCount: Int { runs.reduce(0) { $0 + ($1.isRunning ? 1 : 0) } }
    /// Whether a handler of the message has run for longer than a group should wait unseen.
    func hasRunLong(at now: Instant) -> Bool {
        runs.contains { $0.startedAt.map { now - $0 >= GroupStalls.longestRun } ?? false }
    }
    var isConcluded: Bool { runs.allSatisfy(\.isOver) }
    var doneHandlers: [HandlerID] {
        runs.compactMap { if case .over(.done) = $0.state { $0.handler } else { nil } }
    }
    var rejections: [(handler: HandlerID, reason: String)] {
        runs.compactMap {
            if case .over(.reject(let reason)) = $0.state { ($0.handler, reason) } else { nil }
        }
    }
}

/// The delivery that a lease is of.
final class LeaseOrigin: Sendable {
    let id: LeaseID
    let messageID: String
    let receiptHandle: String
    let group: String?
    let receiveCount: Int
    /// The line it waits in: see ``GroupOrder``.
    let line: String
    let hasDisposal: Bool
    /// What its content takes.
    let bytes: Int

    init(_ delivery: Delivery, line: String) {
        id = delivery.lease
        messageID = delivery.messageID
        receiptHandle = delivery.receiptHandle
        group = delivery.group
        receiveCount = delivery.receiveCount
        self.line = line
        hasDisposal = delivery.hasDisposal
        bytes = delivery.bytes
    }
}

/// One handler's part in one lease.
struct HandlerRun: Sendable {
    let handler: HandlerID
    var state: State

    enum State: Sendable, Equatable {
        case waiting
        /// It could not start: the message is kept until it can.
        case held
        case running(since: Instant)
        /// Told to end; still running.
        case ending(since: Instant)
        case over(Consequence)
    }

    /// What the run means for the message.
    enum Consequence: Sendable, Equatable {
        case done
        /// Comes back after the delay, or by its visibility timeout.
        case retry(Duration?)
        case reject(String)
        /// Not the message's fault: it is visible again at once.
        case giveBack

        /// The handler came to an end with the message that says how long its work takes.
        var isOfWork: Bool {
            switch self {
            case .done, .reject, .retry: true
            case .giveBack: false
            }
        }
    }

    var startedAt: Instant? {
        switch state {
        case .running(let since), .ending(let since): since
        case .waiting, .held, .over: nil
        }
    }

    var isRunning: Bool { startedAt != nil }
    var isOver: Bool { if case .over = state { true } else { false } }
    /// Has not started, and is to.
    var isToStart: Bool { state == .waiting || state == .held }
}
