/// Who runs of what was received: the room that the handlers have, the lines of messages that must
/// not run side by side, and the groups that do not move on.
struct Handling: Sendable {
    /// What each handler does.
    private(set) var loads: HandlerLoads
    /// Runs that count for their message.
    private(set) var liveRuns = 0
    /// Runs that were given up and have not returned.
    private(set) var abandonedRuns = 0
    /// Messages that wait for a slot and nothing else.
    var ready = SlotLine()
    private let isFIFO: Bool
    private var lines = GroupOrder()
    private var stalls = GroupStalls()
    private var unmatched = UnmatchedNotice()

    init(_ settings: SubscriptionSettings) {
        isFIFO = settings.isFIFO
        loads = HandlerLoads(settings.handlers)
    }

    /// New settings. Answers the handlers that are no longer offered.
    mutating func apply(_ settings: [HandlerSettings]) -> [HandlerID] { loads.apply(settings) }

    subscript(id: HandlerID) -> HandlerSettings? { loads[id] }

    func name(of id: HandlerID) -> String { loads[id]?.name ?? "" }

    // MARK: Runs

    mutating func started(_ handler: HandlerID, at now: Instant) {
        loads.started(handler, at: now)
        liveRuns += 1
    }

    mutating func finished(_ handler: HandlerID, isAbandoned: Bool) {
        loads.finished(handler)
        if isAbandoned { abandonedRuns -= 1 } else { liveRuns -= 1 }
    }

    /// The message goes its way without the runs of it.
    mutating func abandon(_ lease: Lease) {
        liveRuns -= lease.runningCount
        abandonedRuns += lease.runningCount
        if lease.isInLine { lines.abandon(lease.line) }
    }

    mutating func wait(_ lease: LeaseID, for handler: HandlerID) {
        loads.wait(lease, for: handler)
    }

    /// The next lease that waits for the handler, where it has room. It may have ended since.
    mutating func nextWaiting(for handler: HandlerID, at now: Instant) -> LeaseID? {
        loads.hasRoom(handler, at: now) ? loads.nextWaiting(for: handler) : nil
    }

    /// A run of the handler failed, or did not.
    mutating func note(
        failed: Bool, _ handler: HandlerID, at now: Instant
    ) -> FailurePace.Change? {
        loads.note(failed: failed, handler, at: now)
    }

    /// A lease that waits for a handler which is slowed down, beyond what it may keep.
    mutating func takeSurplus(of handler: HandlerID, at now: Instant) -> LeaseID? {
        loads.takeSurplus(of: handler, at: now)
    }

    /// Nothing that has not started waits any more.
    mutating func clearWaiting() { loads.clearWaiting() }

    /// One more message that nothing matches. Answers how many to report, if any.
    mutating func noteUnmatched(at now: Instant) -> Int? { unmatched.note(at: now) }

    // MARK: Lines

    /// A lease joins its line. True when nothing is ahead of it.
    mutating func join(_ lease: Lease) -> Bool { lines.join(lease.id, lease.line) }

    func isFirst(_ lease: Lease) -> Bool { lines.isActive(lease.id, lease.line) }

    func isBehind(_ lease: Lease) -> Bool { lines.isBehind(lease.id, lease.line) }

    /// A message that waits behind a handler which was told to end, and does not, is not kept from
    /// other hosts for it.
    func isHeldBack(_ lease: Lease) -> Bool {
        lease.isInLine && !lease.isRunning && lines.isHeldBack(lease.line)
    }

    /// A lease leaves its line. Answers the one that is first by it, if any.
    mutating func leave(_ lease: Lease) -> LeaseID? { lines.leave(lease.id, lease.line) }

    /// A lease leaves its line, and nothing follows from it: the caller empties the line.
    mutating func remove(_ lease: Lease) { lines.remove(lease.id, lease.line) }

    /// A lease leaves its line together with all that came after it. Answers those, in order.
    ///
    /// - Parameter running: those among them that run, which stay.
    mutating func cut(_ lease: Lease, keeping running: [LeaseID]) -> [LeaseID] {
        lines.cut(lease.id, lease.line, keeping: running)
    }

    /// The leases of this one's line, in order.
    func line(of lease: Lease) -> [LeaseID] { lines.members(of: lease.line) }

    /// The leases behind this one in its line, in order.
    func followers(of lease: Lease) -> [LeaseID] { lines.followers(of: lease.id, lease.line) }

    /// The handlers of a lease that was given up have returned. Answers the one that is first by
    /// it, if any.
    mutating func abandonedReturned(_ lease: Lease) -> LeaseID? {
        lines.abandonedReturned(lease.line)
    }

    // MARK: Groups that do not move on

    /// The message fails, and what comes after it in its group waits for it.
    mutating func groupFailed(
        _ lease: Lease, returnsAfter delay: Duration?, at now: Instant
    ) -> [Report] {
        guard isFIFO, let group = lease.group else { return [] }
        let due = delay.map { now + $0 } ?? max(now, lease.until)
        return stalls.failed(lease.messageID, of: group, return: due, at: now)
    }

    /// A handler holds up the group: it was given up and runs on, or it has run for long.
    mutating func groupHangs(_ lease: Lease, at now: Instant) -> Report? {
        guard isFIFO, let group = lease.group else { return nil }
        return stalls.hangs(lease.messageID, of: group, at: now)
    }

    mutating func groupReturned(_ lease: Lease, at now: Instant) -> Report? {
        guard isFIFO, let group = lease.group else { return nil }
        return stalls.returned(group, at: now)
    }

    mutating func groupMoves(_ lease: Lease, at now: Instant) -> Report? {
        guard isFIFO, let group = lease.group else { return nil }
        return stalls.moved(group, at: now)
    }

    func stalls(at now: Instant) -> [GroupStall] { stalls.current(at: now) }
}

/// Warns of messages that nothing matches, once a minute at most.
private struct UnmatchedNotice: Sendable {
    static let interval = Duration.seconds(60)

    private var count = 0
    private var lastAt: Instant?

    /// One more. Answers how many to report, if any.
    mutating func note(at now: Instant) -> Int? {
        count += 1
        if let lastAt, now - lastAt < Self.interval { return nil }
        defer { count = 0 }
        lastAt = now
        return count
    }
}
