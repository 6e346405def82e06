import EmbeddedQueue
import SubscriberEngine

/// What a run knows of one message, over all daemons.
final class TrackedMessage {
    let number: Int
    /// The line it keeps to: its group's in a FIFO queue, its own elsewhere.
    let line: Line
    /// Deleted, or moved to a dead-letter queue by the redrive policy.
    var isGone = false
    /// All handlers that matched were done with it in one daemon, or a dead-letter queue has it.
    var isFinished = false
    var isDeadLettered = false
    /// The handlers that were done with it, as each daemon's present process may know.
    var done: [HandlerSet]
    /// The handlers that were ever done with it.
    var everDone = HandlerSet()
    /// The service has given it out twice by itself, so that two daemons may run it.
    var isGivenOutTwice = false
    /// Why a handler that was done with it may have to run again.
    var cause = DuplicateCause.fanOut
    var holdings: [Holding] = []
    var lastDelivery: DeliveredMessage?

    init(number: Int, line: Line, hosts: Int) {
        self.number = number
        self.line = line
        done = Array(repeating: HandlerSet(), count: hosts)
    }
}

/// Handlers by their ids.
struct HandlerSet: OptionSet, Sendable {
    let rawValue: UInt

    init(rawValue: UInt) { self.rawValue = rawValue }

    init(_ handler: HandlerID) { rawValue = 1 << UInt(handler.value) }

    init(_ handlers: [HandlerID]) {
        self = handlers.reduce(into: HandlerSet()) { $0.insert(HandlerSet($1)) }
    }
}

/// Messages of which one at a time may run.
final class Line {
    /// In the order they were sent; finished ones are dropped when they come first.
    var pending: [TrackedMessage] = []
    private var dropped = 0
    var running: [Holding] = []

    /// The message that must run before all others.
    func head() -> TrackedMessage? {
        while dropped < pending.count, pending[dropped].isFinished || pending[dropped].isGone {
            dropped += 1
        }
        return dropped < pending.count ? pending[dropped] : nil
    }
}

/// One delivery of one message to one daemon.
final class Holding {
    let lease: LeaseID
    let message: TrackedMessage
    let host: Host
    let handlers: [HandlerID]
    /// Its answer came so late that its lease may have lapsed on the way.
    let isInDoubt: Bool
    var runs: [Run] = []
    /// The daemon keeps the message's content, for handlers that run or will.
    var hasContent = true
    var isDeadLettering = false
    var ending: Ending?
    /// Until when the lease is surely the daemon's, by what it was told.
    var leaseUntil: Instant
    var leaseSpan: Duration
    /// The service said for good that the handle is void.
    var isRefused = false
    /// The daemon has said that the lease is lost.
    var isLost = false
    var isChangeSent = false
    var isDeleteConfirmed = false
    var isChangeConfirmed = false

    init(
        lease: LeaseID, message: TrackedMessage, host: Host, handlers: [HandlerID],
        sentAt: Instant, timeout: Duration, at now: Instant
    ) {
        self.lease = lease
        self.message = message
        self.host = host
        self.handlers = handlers
        leaseUntil = sentAt + timeout
        leaseSpan = timeout
        isInDoubt = now - sentAt > timeout / 2
    }

    /// A renewal, or a delay, was confirmed.
    func extend(to until: Instant, _ span: Duration) {
        leaseUntil = max(leaseUntil, until)
        leaseSpan = span
    }

    /// When it is too late to do anything for the lease.
    var isOverAt: Instant { leaseUntil - min(leaseSpan / 8, .seconds(5)) }

    /// It takes a slot.
    var isOccupying: Bool { hasContent || !runs.isEmpty }
    var isRunningUncancelled: Bool { runs.contains { !$0.isCancelled } }
}

/// One run of one handler.
struct Run {
    let handler: HandlerID
    let ignoresCancel: Bool
    let hangs: Bool
    var isCancelled = false
}
