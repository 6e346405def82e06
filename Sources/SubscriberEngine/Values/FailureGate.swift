/// Stops receiving when a handler cannot work, whichever the message, so that messages that did
/// nothing wrong do not use up their receive counts.
///
/// Open while a handler is broken: nothing is received but, after a backoff, one message as a
/// probe. The first success of the broken handler, of the probe or of a run from before, closes it.
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
    }

    struct Fault: Equatable, Sendable {
        let handler: HandlerID
        let reason: String
        let since: Instant
    }

    private(set) var fault: Fault?
    /// When the next probe may be received, while there is a fault.
    private(set) var probeAt: Instant?
    private var probe: LeaseID?
    /// Probes in a row that were not for the broken handler.
    private var forOthers = 0
    private var failures: [HandlerID: Int] = [:]
    private var backoff = Backoff()

    var isOpen: Bool { fault != nil }

    func allowance(at now: Instant) -> Allowance {
        guard fault != nil else { return .all }
        guard probe == nil, let probeAt, probeAt <= now else { return .none }
        return .one
    }

    /// A message came. True when it may be handled; while the gate is open that makes it the probe.
    mutating func admit(_ lease: LeaseID, at now: Instant) -> Bool {
        switch allowance(at: now) {
        case .all: return true
        case .none: return false
        case .one:
            probe = lease
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
            return trip(
                handler, "\(Self.failuresInRow) failures in a row and no success", now, &jitter)
        case .unavailable(let reason):
            return trip(handler, reason, now, &jitter)
        }
    }

    /// The probe's handling, by `handlers`, is over. Where it left the fault standing, the next
    /// probe waits: longer each time, since either it failed or it said nothing of the broken
    /// handler.
    mutating func concluded(
        _ lease: LeaseID, by handlers: [HandlerID], at now: Instant, _ jitter: inout Jitter
    ) -> Change? {
        guard probe == lease else { return nil }
        probe = nil
        guard let fault else { return nil }
        forOthers = handlers.contains(fault.handler) ? 0 : forOthers + 1
        guard forOthers < Self.probesForOthers else {
            self.fault = nil
            probeAt = nil
            forOthers = 0
            return .lifted(fault.handler, after: now - fault.since)
        }
        probeAt = now + backoff.next(Self.pace, &jitter)
        return nil
    }

    /// Somebody may have mended it: the next probe is at once, and the pace the first again.
    mutating func probeNow(at now: Instant) {
        guard fault != nil else { return }
        backoff.reset()
        if probe == nil { probeAt = now }
    }

    /// The broken handler is no longer configured.
    mutating func forget(_ handler: HandlerID) {
        failures[handler] = nil
        if fault?.handler == handler { close() }
    }

    private mutating func trip(
        _ handler: HandlerID, _ reason: String, _ now: Instant, _ jitter: inout Jitter
    ) -> Change? {
        guard fault == nil else { return nil }
        fault = Fault(handler: handler, reason: reason, since: now)
        probeAt = now + backoff.next(Self.pace, &jitter)
        return .tripped(handler, reason)
    }

    private mutating func close() {
        fault = nil
        probeAt = nil
        probe = nil
        forOthers = 0
        failures = [:]
        backoff.reset()
    }
}
