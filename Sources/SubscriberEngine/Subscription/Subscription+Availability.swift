internal import MessageHandling

/// What is done about handlers that cannot work, and about those that only fail.
extension Subscription {
    // MARK: Handlers that do not start

    /// A handler did not start for a message. True when the message is kept for it; else it goes
    /// back, since it did nothing wrong and another host may be well.
    mutating func keep(
        _ lease: Lease, for handler: HandlerID, _ reason: String
    ) -> (Bool, AvailabilityGate.Change?) {
        guard drain.isRunning, handling.loads.isOffered(handler), lease.ending == nil,
            !lease.isLost, !lease.isCutOff
        else { return (false, nil) }
        return gate.unavailable(
            handler, lease.id, reason, running: handling.loads.running(handler), at: now, &jitter)
    }

    mutating func gateChanged(_ change: AvailabilityGate.Change?) {
        switch change {
        case .shut(let handler, let reason):
            guard drain.isRunning else { return }
            report(
                .gateTripped(
                    handler: handling.name(of: handler), reason: reason,
                    others: handling.loads.others(than: handler)))
            cancel(receiving.cutWaiting(at: now))
            releaseUnstarted(.gate)
        case .explained(let handler, let reason):
            report(.gateExplained(handler: handling.name(of: handler), reason: reason))
        case .recovered(let handler, let after):
            report(.gateRecovered(handler: handling.name(of: handler), after: after))
        case .lifted(let handler, let after):
            report(.gateLifted(handler: handling.name(of: handler), after: after))
        case nil:
            break
        }
    }

    /// The handler was asked whether it could work.
    mutating func handlerChecked(_ handler: HandlerID, _ reason: String?) {
        gateChanged(gate.checked(handler, unavailable: reason, at: now, &jitter))
    }

    /// What time alone brings about: a kept message is let go, one that was tried has started, the
    /// next attempt is due.
    mutating func tendGate() {
        gate.reopen(isRun: false, most: mostReopened, at: now)
        guard gate.isShut, drain.isRunning else { return }
        if let lease = gate.tried {
            gateChanged(gate.assumeStarted(startOfFaulty(lease), at: now))
            if !gate.isShut { startHeld(lease) }
        }
        if let lease = gate.takeExpired(at: now) { letGo(lease) }
        checkHandler()
        if case .start(let lease) = gate.allowance(at: now) {
            gate.trying(lease, at: now)
            startHeld(lease)
        }
    }

    /// A handler that cannot work is asked before it is tried on a message: the kept one, or else
    /// one that is about to be received.
    private mutating func checkHandler() {
        guard case .afterCheck(let handler) = gate.allowance(at: now),
            gate.kept != nil || mayReceiveProbe
        else { return }
        gate.checking()
        effects.append(.checkHandler(handler))
    }

    /// When the handler that could not start began with the message.
    private func startOfFaulty(_ id: LeaseID) -> Instant? {
        leasing[id]?.runs.first { $0.handler == gate.fault?.handler }?.startedAt
    }

    /// Starts what did not start before: of all handlers, or of one.
    mutating func startHeld(_ id: LeaseID, of handler: HandlerID? = nil) {
        guard let lease = leasing[id], lease.ending == nil, lease.phase == .handling else { return }
        for index in lease.runs.indices
        where lease.runs[index].state == .held
            && lease.runs[index].handler == handler ?? lease.runs[index].handler
        {
            leasing[id]?.runs[index].state = .waiting
            if lease.slotSince != nil { runOrWait(id, index) }
        }
        if lease.slotSince == nil { waitForSlot(id, isFirst: true) }
    }

    /// The message is kept no longer for what could not start.
    private mutating func letGo(_ id: LeaseID) {
        guard let lease = leasing[id], lease.ending == nil, lease.phase == .handling else { return }
        for index in lease.runs.indices where lease.runs[index].state == .held {
            leasing[id]?.runs[index].state = .over(.giveBack)
        }
        guard leasing[id]?.isConcluded ?? false else { return }
        report(.released(1, .keptLong))
        conclude(id)
    }

    /// A message that the gate knows may be out of hand with this.
    mutating func concludeProbe(_ lease: Lease) {
        guard gate.isShut else { return }
        let handlers = lease.runs.map(\.handler)
        gateChanged(gate.concluded(lease.id, by: handlers, at: now, &jitter))
    }

    // MARK: Handlers that fail

    /// What the result says of the handler.
    mutating func note(_ result: HandlerResult, of handler: HandlerID, _ lease: Lease) {
        guard handling.loads.isOffered(handler) else { return }
        switch result {
        case .outcome(.done), .outcome(.reject):
            ran(handler, lease, failed: false)
        case .outcome(.retry(after: .none)), .threw, .failed: ran(handler, lease, failed: true)
        // It asked to be spared: that is no failure.
        case .outcome(.retry(after: .some)): ran(handler, lease, failed: nil)
        case .unavailable, .cancelled: break
        }
    }

    private mutating func ran(_ handler: HandlerID, _ lease: Lease, failed: Bool?) {
        let isTried = gate.tried == lease.id
        gateChanged(gate.ran(handler, lease.id, at: now))
        if isTried, !gate.isShut { startHeld(lease.id) }
        gate.reopen(isRun: true, most: mostReopened, at: now)
        guard let failed else { return }
        switch handling.note(failed: failed, handler, at: now) {
        case .slowed(let failures, let isProbing):
            report(
                .handlerSlowed(
                    handler: handling.name(of: handler), failures: failures, isProbing: isProbing))
        case .recovered(let after):
            report(.handlerRecovered(handler: handling.name(of: handler), after: after))
        case nil: break
        }
    }

    /// Handlers that are slowed down start what they may by now, and keep no more than that.
    mutating func tendPace() {
        for handler in handling.loads.slow {
            startWaiting(for: handler)
            releaseSurplus(of: handler)
        }
    }

    private mutating func releaseSurplus(of handler: HandlerID) {
        var released = 0
        while let id = handling.takeSurplus(of: handler, at: now) {
            guard let lease = leasing[id], lease.ending == nil, lease.phase == .handling else {
                continue
            }
            let isWaiting = lease.runs.contains { $0.handler == handler && $0.state == .waiting }
            guard isWaiting else { continue }
            for index in lease.runs.indices where lease.runs[index].isToStart {
                leasing[id]?.runs[index].state = .over(.giveBack)
            }
            guard leasing[id]?.isConcluded ?? false else { continue }
            conclude(id)
            released += 1
        }
        if released > 0 { report(.released(released, .slowed)) }
    }
}
