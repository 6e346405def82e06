/// Messages of one group that go to a handler together, which works on them in their order: up to
/// ten for a Lambda function, as the service does it.
///
/// They start at one moment, while nothing of their group runs, and each is a message like any
/// other: it has a slot, a lease and a result of its own. What came after one that failed comes
/// back, whatever is said of it.
extension Subscription {
    /// The messages behind this one that may go along. None does where another handler wants one of
    /// them as well: the group then moves on message by message.
    func fellows(of lease: Lease) -> [LeaseID] {
        guard settings.isFIFO, !gate.isShut, lease.runs.count == 1,
            let handler = lease.runs.first?.handler, let most = handling[handler]?.groupBatch,
            most > 1
        else { return [] }
        return Array(
            handling.followers(of: lease).prefix(most - 1).prefix { goesAlong($0, to: handler) })
    }

    private func goesAlong(_ id: LeaseID, to handler: HandlerID) -> Bool {
        guard let lease = leasing[id], lease.ending == nil, lease.phase == .handling,
            lease.isInHand, !lease.isInDoubt, lease.runs.count == 1,
            lease.runs[0].handler == handler, lease.runs[0].state == .waiting
        else { return false }
        return !settling.isDone(lease.messageID, at: now)
            && settled(handler, in: settling.known(lease.messageID)) == nil
    }

    /// Those that go along now, as far as there are slots for them and the handler has room.
    mutating func startFellows(of lease: Lease, _ handler: HandlerID) -> [LeaseID] {
        var started: [LeaseID] = []
        for id in fellows(of: lease) {
            guard handling.loads.hasRoom(handler, at: now),
                receiving.mayBegin(capacity: capacity)
            else { break }
            leasing[id]?.slotSince = now
            receiving.begin(at: now)
            handling.started(handler, at: now)
            leasing[id]?.runs[0].state = .running(since: now)
            started.append(id)
        }
        return started
    }

    /// What runs behind a message that is lost is told to end with it: the service gives out a
    /// group from its first message that is not in flight, so that another host may have it at any
    /// time.
    mutating func cancelFellows(of lease: Lease, _ reason: CancelReason) {
        guard settings.isFIFO, case .leaseLost = reason else { return }
        for id in handling.followers(of: lease) {
            guard let fellow = leasing[id], fellow.isRunning else { continue }
            cancelRuns(of: fellow, reason)
        }
    }

    /// Whether the message runs although what came before it in its group is not done.
    func isOutrun(_ lease: Lease) -> Bool {
        lease.isOutrun || settings.isFIFO && lease.isInLine && handling.isBehind(lease)
    }

    /// Its handler has come to an end, which counts for nothing.
    mutating func outrunReturned(_ lease: Lease, _ index: Int) {
        leasing[lease.id]?.runs[index].state = .over(.giveBack)
        report(.released(1, .groupFailure))
        conclude(lease.id)
    }

    /// The lease leaves its line with all that came after it. Those that run with it stay in the
    /// line until their handler returns, so that nothing of the group runs beside them; what it
    /// says of them counts where the message is done. Answers the others.
    mutating func cut(_ lease: Lease, isDone: Bool) -> [LeaseID] {
        let running = handling.followers(of: lease).filter { leasing[$0]?.isRunning ?? false }
        if !isDone { for id in running { leasing[id]?.isOutrun = true } }
        return handling.cut(lease, keeping: running)
    }
}
