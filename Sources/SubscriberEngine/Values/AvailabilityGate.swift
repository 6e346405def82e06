import HTTP

/// Stops receiving when a handler cannot work, whichever the message, so that messages that did
/// nothing wrong do not use up their receive counts.
///
/// Shut from the first run that did not start until one does. The message of that run is kept with
/// its lease, and its start is what is tried next, in place and at growing intervals, each time
/// after the handler was asked whether it could work. Nothing is received meanwhile. Since another
/// host may be well, a kept message is let go after a while; then, once the handler says that it
/// may work, one message is received in its stead, and kept for twice as long. So a message pays
/// one receive for a cause that the handler sees when it is asked, and for one that it does not see
/// no more than the logarithm of the time that it lasts.
package struct AvailabilityGate: Sendable {
    /// Time for a service to restart, then at most 20 s until its recovery is noticed.
    static let pace = Backoff(initial: .seconds(1), maximum: .seconds(20))
    /// How long the first message is kept: longer than a deploy or a restart takes.
    package static let firstKeepTime = Duration.seconds(15 * 60)
    /// How long one is kept at most: SQS hides a message for 12 h from its receive.
    static let longestKeepTime = Duration.seconds(8 * 3600)
    /// What takes longer is taken to have started: hardly a program, connection or function takes
    /// as long to fail. A gateway may: so the pace of the attempts stays until a run is over.
    static let startTime = Duration.seconds(15)
    /// So many probes in a row that were not for the unavailable handler open the queue again:
    /// perhaps no message of its is left, and the others must not wait for one. Its next one shuts
    /// the gate again, with the backoff where it was.
    static let probesForOthers = 2

    enum Change: Equatable {
        case shut(HandlerID, String)
        /// What is in the way is another thing now.
        case explained(HandlerID, String)
        case recovered(HandlerID, after: Duration)
        /// Nothing is known of the handler yet, and the queue goes on all the same.
        case lifted(HandlerID, after: Duration)
    }

    enum Allowance: Equatable {
        case all, none
        /// A message as a probe.
        case one
        /// The kept message, in place.
        case start(LeaseID)
        /// Nothing, before the handler was asked whether it could work.
        case afterCheck(HandlerID)
    }

    struct Fault: Equatable, Sendable {
        let handler: HandlerID
        var reason: String
        let since: Instant
    }

    /// A message whose handler could not start.
    struct Kept: Equatable, Sendable {
        let lease: LeaseID
        let until: Instant
    }

    private enum Stage {
        /// The gate waits for the time of the next attempt.
        case waiting(until: Instant)
        /// The handler is being asked.
        case checking
        /// The handler may work: the kept message, or else the next one, shows it.
        case ready
        case trying(LeaseID, since: Instant)
    }

    private(set) var fault: Fault?
    private(set) var kept: Kept?
    private(set) var reopening: Reopening?
    private var stage = Stage.waiting(until: .start)
    private var keepTime = Self.firstKeepTime
    /// Other handlers of the kept message that did not start.
    private var others: [HandlerID: String] = [:]
    /// Probes in a row that were not for the unavailable handler.
    private var forOthers = 0
    private var backoff = FailedAttempts()

    var isShut: Bool { fault != nil }

    var tried: LeaseID? {
        if case .trying(let lease, _) = stage, fault != nil { lease } else { nil }
    }

    /// When the next attempt may begin, while one is waited for.
    var attemptAt: Instant? {
        guard fault != nil, case .waiting(let until) = stage else { return nil }
        return until
    }

    /// When something is due that waits for no receive.
    var nextDue: Instant? {
        guard fault != nil else { return reopening?.roundEndsAt }
        if case .trying(_, let since) = stage { return since + Self.startTime }
        return earliest(kept?.until, kept == nil ? nil : attemptAt)
    }

    func allowance(at now: Instant) -> Allowance {
        guard let fault else { return .all }
        switch stage {
        case .waiting(let until): return until <= now ? .afterCheck(fault.handler) : .none
        case .ready: return kept.map { .start($0.lease) } ?? .one
        case .checking, .trying: return .none
        }
    }

    // MARK: Trying

    /// The handler is being asked now.
    mutating func checking() {
        stage = .checking
    }

    /// The handler was asked, and named what is in its way, or nothing.
    mutating func checked(
        _ handler: HandlerID, unavailable reason: String?, at now: Instant, _ jitter: inout Jitter
    ) -> Change? {
        guard let fault, fault.handler == handler, case .checking = stage else { return nil }
        stage = reason == nil ? .ready : .waiting(until: now + backoff.next(Self.pace, &jitter))
        return reason.flatMap { explain($0) }
    }

    /// The handlers of the kept message, or of a probe, are started.
    mutating func trying(_ lease: LeaseID, at now: Instant) {
        // Whether these can work by now shows, too.
        others = [:]
        stage = .trying(lease, since: now)
    }

    /// A receive for the probe brought none: what the handler said is old by the next one.
    mutating func foundNoProbe(at now: Instant) {
        if case .ready = stage, kept == nil { stage = .waiting(until: now) }
    }

    /// A message came. True when it may be handled; while the gate is shut that makes it the probe.
    mutating func admit(_ lease: LeaseID, at now: Instant) -> Bool {
        switch allowance(at: now) {
        case .all: return true
        case .none, .afterCheck, .start: return false
        case .one:
            trying(lease, at: now)
            return true
        }
    }

    // MARK: What runs say

    /// A handler did not start for a message. `keeps`: the message is to be kept for it.
    ///
    /// - Parameter running: runs of the handler that did start and are not over.
    mutating func unavailable(
        _ handler: HandlerID, _ lease: LeaseID, _ reason: String, running: Int, at now: Instant,
        _ jitter: inout Jitter
    ) -> (keeps: Bool, change: Change?) {
        guard let fault else {
            self.fault = Fault(handler: handler, reason: reason, since: now)
            reopening = Reopening(crowd: running, at: now)
            keep(lease, at: now, &jitter)
            return (true, .shut(handler, reason))
        }
        guard handler == fault.handler || kept == nil else {
            if lease == kept?.lease { others[handler] = reason }
            return (lease == kept?.lease, nil)
        }
        if handler != fault.handler {
            // The next message of the other one shows whether it can work.
            self.fault = Fault(handler: handler, reason: reason, since: now)
            keep(lease, at: now, &jitter)
            return (true, .shut(handler, reason))
        }
        if let kept {
            guard kept.lease == lease else { return (false, nil) }
            if tried == lease { stage = .waiting(until: now + backoff.next(Self.pace, &jitter)) }
            return (true, explain(reason))
        }
        keep(lease, at: now, &jitter)
        return (true, explain(reason))
    }

    /// A handler ran for a message, whatever came of it.
    mutating func ran(_ handler: HandlerID, _ lease: LeaseID, at now: Instant) -> Change? {
        guard let fault, fault.handler == handler, lease == tried else { return nil }
        return open(at: now)
    }

    /// Time passes: a run that was tried goes on, so it has started.
    ///
    /// - Parameter startedAt: when the unavailable handler began with the message that is tried;
    ///   nil where it has not.
    mutating func assumeStarted(_ startedAt: Instant?, at now: Instant) -> Change? {
        guard fault != nil, case .trying(let lease, let since) = stage,
            since + Self.startTime <= now
        else { return nil }
        guard let startedAt, startedAt + Self.startTime <= now else {
            stage = .trying(lease, since: startedAt ?? now)
            return nil
        }
        reopening?.grow()
        let (keepTime, backoff) = (keepTime, backoff)
        defer { (self.keepTime, self.backoff) = (keepTime, backoff) }
        return open(at: now)
    }

    /// A message is out of hand, or handled. Where that leaves the fault standing, the next attempt
    /// waits: longer each time, since it said nothing of the unavailable handler.
    mutating func concluded(
        _ lease: LeaseID, by handlers: [HandlerID], at now: Instant, _ jitter: inout Jitter
    ) -> Change? {
        guard let fault else { return nil }
        if kept?.lease == lease {
            kept = nil
            others = [:]
        }
        guard lease == tried else { return nil }
        forOthers = handlers.contains(fault.handler) ? 0 : forOthers + 1
        guard forOthers < Self.probesForOthers else {
            self.fault = nil
            forOthers = 0
            return .lifted(fault.handler, after: now - fault.since)
        }
        stage = .waiting(until: now + backoff.next(Self.pace, &jitter))
        return nil
    }

    /// The kept message where it was kept for long enough: it is to be let go. The next one is kept
    /// for longer.
    mutating func takeExpired(at now: Instant) -> LeaseID? {
        guard fault != nil, let kept, kept.until <= now, tried == nil else { return nil }
        keepTime = min(keepTime * 2, Self.longestKeepTime)
        self.kept = nil
        others = [:]
        return kept.lease
    }

    /// Somebody may have mended it: the next attempt is at once.
    mutating func attemptNow(at now: Instant) {
        guard fault != nil else { return }
        switch stage {
        // What is asked at present may be the handler from before a reload.
        case .waiting, .checking: stage = .waiting(until: now)
        case .ready, .trying: break
        }
    }

    /// The handler is no longer configured. Answers the message that was kept for it.
    mutating func forget(_ handler: HandlerID) -> LeaseID? {
        if others.removeValue(forKey: handler) != nil { return kept?.lease }
        guard fault?.handler == handler else { return nil }
        defer { close() }
        return kept?.lease
    }

    // MARK: Opening again

    /// A run ended that had started, or (`isRun` false) time passes: a few more may be in hand at
    /// once, up to `most`.
    mutating func reopen(isRun: Bool, most: Int, at now: Instant) {
        guard fault == nil, reopening != nil else { return }
        if isRun { reopening?.grow() }
        reopening?.growIfDue(at: now)
        if let limit = reopening?.limit, limit >= most { reopening = nil }
    }

    private mutating func open(at now: Instant) -> Change? {
        guard let fault else { return nil }
        if let kept, let other = others.min(by: { $0.key.value < $1.key.value }) {
            // The message is kept on, for another of its handlers.
            self.fault = Fault(handler: other.key, reason: other.value, since: now)
            self.kept = Kept(lease: kept.lease, until: now + keepTime)
            others[other.key] = nil
            stage = .waiting(until: now + Self.pace.initial)
            return .shut(other.key, other.value)
        }
        close()
        reopening?.begin(at: now)
        return .recovered(fault.handler, after: now - fault.since)
    }

    private mutating func close() {
        fault = nil
        kept = nil
        others = [:]
        forOthers = 0
        keepTime = Self.firstKeepTime
        backoff.reset()
    }

    private mutating func keep(_ lease: LeaseID, at now: Instant, _ jitter: inout Jitter) {
        kept = Kept(lease: lease, until: now + keepTime)
        stage = .waiting(until: now + backoff.next(Self.pace, &jitter))
    }

    private mutating func explain(_ reason: String) -> Change? {
        guard let fault, fault.reason != reason else { return nil }
        self.fault?.reason = reason
        return .explained(fault.handler, reason)
    }
}
