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
    /// When that was so first.
    var finishedAt: Instant?
    /// How often it was received, as its last delivery says.
    var receives = 0
    var isDeadLettered = false
    /// The handlers that were done with it, as each daemon's present process may know.
    var done: [HandlerSet]
    /// Those that rejected it, likewise, and are not to be asked again while another wants it back.
    var rejected: [HandlerSet]
    /// The handlers that were ever done with it.
    var everDone = HandlerSet()
    /// The service has given it out twice by itself, so that two daemons may run it.
    var isGivenOutTwice = false
    /// Given out, and neither released nor lapsed since.
    var isOut = false
    /// It may lapse before its time: the service's clock jumped forward since then.
    var mayLapseEarly = false
    /// Why a handler that was done with it may have to run again.
    var cause = DuplicateCause.fanOut
    var holdings: [Holding] = []
    var lastDelivery: DeliveredMessage?

    init(number: Int, line: Line, hosts: Int) {
        self.number = number
        self.line = line
        done = Array(repeating: HandlerSet(), count: hosts)
        rejected = done
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

    /// The message that must run before all others, but for those that were begun just now.
    func head(after begun: [TrackedMessage]) -> TrackedMessage? {
        while dropped < pending.count, pending[dropped].isFinished || pending[dropped].isGone {
            dropped += 1
        }
        return pending[dropped...].first { message in
            !message.isFinished && !message.isGone && !begun.contains { $0 === message }
        }
    }
}
