/// Stops receiving when a handler cannot work, whichever the message, so that messages that did
/// nothing wrong do not use up their receive counts.
///
/// Open while a handler is broken: nothing is received but, after a backoff, one message as a
/// probe. A handler that said that it cannot work is asked first, and no message is received before
/// it says that it may. The first success of the broken handler, of the probe or of a run from
/// before, closes the gate.
struct FailureGate: Sendable {
    /// Failures of one handler in a row, with no success between, that count as a broken handler:
    /// high enough that a burst of bad messages is not one, low enough to spare most of a queue.
    static let failuresInRow = 50
    /// Time for a service to restart, then at most a minute until its recovery is noticed.
    static let pace = Backoff.Pace(initial: .seconds(1), maximum: .seconds(60))

    enum Sign: Equatable {
        case success
        case failure
        case unavailable(String)
        /// Says nothing of the handler: it was cancelled, or itself asked for a delay.
        case neutral
    }

    /// So many probes in a row that were not for the broken handler open the queue again: perhaps
    /// no message of its is left, and the others must not wait for one. Its next one shuts the
    /// gate again, with the backoff where it was.
    static let probesForOthers = 2

    enum Change: Equatable {
        case tripped(HandlerID, String)
        case recovered(HandlerID, after: Duration)
        /// Nothing is known of the handler yet, and the queue goes on all the same.
        case lifted(HandlerID, after: Duration)
    }

    enum Allowance: Equatable {
        case all, one, none
        /// Nothing, before the handler was asked whether it could work.
        case afterCheck(HandlerID)
    }

    struct Fault: Equatable, Sendable {
        let handler: HandlerID
        let reason: String
        let since: Instant
        /// It said itself that it cannot work, rather than only fail: it is worth asking.
        let isUnavailable: Bool
    }

    private enum Stage {
        /// For the time of the next attempt.
        case waiting(until: Instant)
        /// The handler is being asked.
        case checking
        /// The next message is the probe.
        case ready
        case probing(LeaseID)
    }

    private(set) var fault: Fault?
    private var stage = Stage.waiting(until: .start)
    /// Probes in a row that were not for the broken handler.
    private var forOthers = 0
    private var failures: [HandlerID: Int] = [:]
    private var backoff = Backoff()

    var isOpen: Bool { fault != nil }

    /// When the next attempt may begin, while one is waited for.
    var probeAt: Instant? {
        guard fault != nil, case .waiting(let until) = stage else { return nil }
        return until
    }

    func allowance(at now: Instant) -> Allowance {
        guard let fault else { return .all }
        switch stage {
        case .waiting(let until):
            guard until <= now else { return .none }
            return fault.isUnavailable ? .afterCheck(fault.handler) : .one
        case .ready: return .one
        case .checking, .probing: return .none
        }
    }

    /// The handler is being asked now.
    mutating func checking() {
        stage = .checking
    }

    /// The handler was asked, and named what is in its way, or nothing.
    mutating func checked(
        _ handler: HandlerID, unavailable reason: String?, at now: Instant, _ jitter: inout Jitter
    ) {
        guard let fault, fault.handler == handler, case .checking = stage else { return }
        guard let reason else { return stage = .ready }
        self.fault = Fault(
            handler: handler, reason: reason, since: fault.since, isUnavailable: true)
        stage = .waiting(until: now + backoff.next(Self.pace, &jitter))
    }

    /// A receive for the probe brought none: what the handler said is old by the next one.
    mutating func foundNoProbe(at now: Instant) {
        if case .ready = stage { stage = .waiting(until: now) }
    }

    /// A message came. True when it may be handled; while the gate is open that makes it the probe.
    mutating func admit(_ lease: LeaseID, at now: Instant) -> Bool {
        switch allowance(at: now) {
        case .all: return true
        case .none, .afterCheck: return false
        case .one:
            stage = .probing(lease)
            return true
        }
    }

    /// What a run says of its handler.
    mutating func note(
        _ sign: Sign, of handler: HandlerID, at now: Instant, _ jitter: inout Jitter
    ) -> Change? {
        switch sign {
        case .neutral:
            return nil
        case .success:
            if !failures.isEmpty { failures[handler] = nil }
            guard let fault, fault.handler == handler else { return nil }
            close()
            return .recovered(handler, after: now - fault.since)
        case .failure:
            failures[handler, default: 0] += 1
            guard failures[handler, default: 0] >= Self.failuresInRow else { return nil }
            let reason = "\(Self.failuresInRow) failures in a row and no success"
            return trip(handler, reason, isUnavailable: false, now, &jitter)
        case .unavailable(let reason):
            return trip(handler, reason, isUnavailable: true, now, &jitter)
        }
    }

    /// The probe's handling, by `handlers`, is over. Where it left the fault standing, the next
    /// probe waits: longer each time, since either it failed or it said nothing of the broken
    /// handler.
    mutating func concluded(
        _ lease: LeaseID, by handlers: [HandlerID], at now: Instant, _ jitter: inout Jitter
    ) -> Change? {
        guard let fault, case .probing(lease) = stage else { return nil }
        forOthers = handlers.contains(fault.handler) ? 0 : forOthers + 1
        guard forOthers < Self.probesForOthers else {
            self.fault = nil
            forOthers = 0
            return .lifted(fault.handler, after: now - fault.since)
        }
        stage = .waiting(until: now + backoff.next(Self.pace, &jitter))
        return nil
    }

    /// Somebody may have mended it: the next attempt is at once, and the pace the first again.
    mutating func probeNow(at now: Instant) {
        guard fault != nil else { return }
        backoff.reset()
        switch stage {
        // What is asked at present may be the handler from before a reload.
        case .waiting, .checking: stage = .waiting(until: now)
        case .ready, .probing: break
        }
    }

    /// The broken handler is no longer configured.
    mutating func forget(_ handler: HandlerID) {
        failures[handler] = nil
        if fault?.handler == handler { close() }
    }

    private mutating func trip(
        _ handler: HandlerID, _ reason: String, isUnavailable: Bool, _ now: Instant,
        _ jitter: inout Jitter
    ) -> Change? {
        if let fault {
            // One that only failed, and cannot work at all now, is asked from now on.
            if isUnavailable, fault.handler == handler {
                self.fault = Fault(
                    handler: handler, reason: reason, since: fault.since, isUnavailable: true)
            }
            return nil
        }
        fault = Fault(handler: handler, reason: reason, since: now, isUnavailable: isUnavailable)
        stage = .waiting(until: now + backoff.next(Self.pace, &jitter))
        return .tripped(handler, reason)
    }

    private mutating func close() {
        fault = nil
        forOthers = 0
        failures = [:]
        backoff.reset()
    }
}
