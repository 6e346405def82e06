import MessageHandling
import SubscriberEngine

/// Handlers: quick, slow, failing, hanging, and deaf to being cancelled.
extension World {
    /// How long a handler that cannot work takes to find out.
    private static let futileTime = Duration.milliseconds(5)
    /// The longest time between two attempts on it, and a moment more.
    private static let futilePause = Duration.seconds(21)
    /// Handlers are quick once the trouble is over, so that a run comes to its end.
    private static let calmTime = Duration.seconds(1)
    private static let longestSpellTime = Duration.seconds(60)

    /// A handler gets one message, or several of a group in their order.
    func start(_ leases: [LeaseID], _ handler: HandlerID, _ host: Host) {
        let run = Run(
            handler: handler, mayContinue: plan.onLeaseLost(handler) == .continue,
            ignoresCancel: happens(plan.ignoreCancel),
            hangs: happens(plan.handlerHangs), batch: RunBatch(leases))
        if leases.count > plan.groupBatch {
            violate(.groupsInOrder, "a handler is given \(leases.count) messages at once")
        }
        var begun: [Holding] = []
        for lease in leases {
            guard let holding = host.holdings[lease] else {
                return violate(.nothingForgotten, "\(lease) runs and is not held")
            }
            checkStart(holding, handler, host, after: begun)
            countRun(holding, handler, host)
            begin(run, of: holding, host)
            begun.append(holding)
        }
        guard !run.hangs, let first = begun.first else { return }
        let isBroken = isBroken(handler)
        if isBroken { noteFutile(first.lease, first, host) }
        let time = isBroken ? Self.futileTime : workTime * chance.fraction()
        var goesOn = true
        for holding in begun {
            let result = isBroken ? .unavailable("no such program") : result(of: holding, goesOn)
            goesOn = goesOn && result == .done
            after(
                time,
                .event(
                    host: host.index, life: host.life,
                    .handlerFinished(holding.lease, handler, result)))
        }
    }

    private func begin(_ run: Run, of holding: Holding, _ host: Host) {
        if holding.runs.isEmpty {
            host.workRecord.began(beside: host.working, at: now)
            holding.workingSince = now
        }
        host.change(holding) { $0.runs.append(run) }
        host.running[run.handler, default: 0] += 1
        let line = holding.message.line
        if !line.running.contains(where: { $0 === holding }) { line.running.append(holding) }
    }

    /// Some handlers work on, and say so, although they have failed for a message before it.
    private func result(of holding: Holding, _ goesOn: Bool) -> HandlerResult {
        if goesOn { return result(of: holding.message) }
        return happens(0.5) ? .done : .cancelled
    }

    /// The longest that a handler takes now.
    private var workTime: Duration {
        if isCalm { return min(plan.slowestHandler, Self.calmTime) }
        guard plan.slowSpells.contains(where: { $0.covers(now, 0) }) else {
            return plan.slowestHandler
        }
        return min(plan.slowestHandler * plan.slowness, Self.longestSpellTime)
    }

    /// A handler that cannot work is tried on a message. While one is kept for it, no other is
    /// received for that.
    private func noteFutile(_ lease: LeaseID, _ holding: Holding, _ host: Host) {
        host.futileRuns += 1
        if let since = holding.futileSince {
            return checkKept(holding, host, for: now - since)
        }
        holding.futileSince = now
        guard let inHand = host.inHandAtFault, !inHand.contains(lease) else { return }
        host.futileProbes += 1
        if host.futileProbes > host.futileProbeLimit + host.keepsExpired(by: now) {
            violate(
                .loopsBackOff,
                "message \(holding.message.number) is received for a handler that cannot work")
        }
    }

    /// A message is not kept from other hosts for good.
    private func checkKept(_ holding: Holding, _ host: Host, for time: Duration) {
        let turns = Double(1 << min(host.futileProbes, 5))
        if time > AvailabilityGate.firstKeepTime * turns + Self.futilePause {
            violate(.nothingHoarded, "\(holding.lease) is kept for \(time)")
        }
    }

    private func isBroken(_ handler: HandlerID) -> Bool {
        plan.breakdowns.contains { $0.handler == handler && $0.window.covers(now, 0) }
    }

    /// A handler is asked whether it could work. One that cannot may say so, or not know it.
    func answerCheck(_ handler: HandlerID, _ host: Host) {
        let isSeen = isBroken(handler) && happens(plan.breakdownIsSeen)
        host.refusesMessages = isSeen
        after(
            Self.futileTime,
            .event(
                host: host.index, life: host.life,
                .handlerChecked(handler, unavailable: isSeen ? "no such program" : nil)))
    }

    private func result(of message: TrackedMessage) -> HandlerResult {
        if message.number < plan.badMessages || plan.failing.contains(where: { $0.covers(now, 0) })
        {
            return .threw("failed")
        }
        if happens(plan.handlerUnavailable) { return .unavailable("the endpoint refuses") }
        guard happens(plan.handlerFails) else { return .outcome(.done) }
        return switch chance.next() % 4 {
        case 0: .outcome(.retry(after: nil))
        case 1: .outcome(.retry(after: .seconds(5) * chance.fraction()))
        case 2: .outcome(.reject(reason: "bad"))
        default: .threw("failed")
        }
    }

    private func countRun(_ holding: Holding, _ handler: HandlerID, _ host: Host) {
        tally.runs += 1
        let message = holding.message
        guard message.everDone.contains(HandlerSet(handler)) else { return }
        tally.duplicates[message.cause, default: 0] += 1
    }

    func cancel(_ lease: LeaseID, _ handler: HandlerID, _ host: Host) {
        guard let holding = host.holdings[lease],
            let index = holding.runs.firstIndex(where: { $0.handler == handler })
        else { return }
        holding.runs[index].isCancelled = true
        let batch = holding.runs[index].batch
        _ = batch.note(lease, isDone: false)
        guard !holding.runs[index].ignoresCancel else { return }
        let end = batch.end(notBefore: now, at: now + holding.killGrace * chance.fraction())
        after(
            end - now,
            .event(
                host: host.index, life: host.life, .handlerFinished(lease, handler, .cancelled)))
    }

    /// A run is over. What a run that was told to end returns does not count.
    func runEnded(
        _ lease: LeaseID, _ handler: HandlerID, _ result: HandlerResult, _ host: Host
    ) -> Event? {
        guard let holding = host.holdings[lease],
            let index = holding.runs.firstIndex(where: { $0.handler == handler })
        else { return nil }
        let run = holding.runs[index]
        let said: HandlerResult = run.isCancelled ? .cancelled : result
        let counts = run.batch.note(lease, isDone: said == .done)
        let meant: HandlerResult = counts ? said : .cancelled
        host.change(holding) { $0.runs.remove(at: index) }
        host.running[handler, default: 0] -= 1
        if holding.runs.isEmpty {
            holding.message.line.running.removeAll { $0 === holding }
            host.workRecord.moved(at: now)
        }
        letGo(holding, host)
        wish(meant, handler, holding)
        noteWork(meant, holding, host)
        host.runsSinceReopening += 1
        if !run.isCancelled, holding.ending == nil { credit(holding, handler, meant, host) }
        return .handlerFinished(lease, handler, said)
    }

    /// The time that a message took counts where a handler came to an end with it, good or bad.
    private func noteWork(_ result: HandlerResult, _ holding: Holding, _ host: Host) {
        switch result {
        case .outcome, .failed, .threw: holding.isWorkedOff = true
        case .unavailable, .cancelled: break
        }
        guard holding.runs.isEmpty, holding.isWorkedOff, let since = holding.workingSince else {
            return
        }
        host.workRecord.ended(after: now - since)
    }

    private func credit(
        _ holding: Holding, _ handler: HandlerID, _ result: HandlerResult, _ host: Host
    ) {
        if case .outcome(.reject) = result {
            holding.message.rejected[host.index].insert(HandlerSet(handler))
        }
        guard result == .outcome(.done) else { return }
        // One from before the breakdown: the handler is taken to work again.
        if isBroken(handler) { host.futileRuns = 0 }
        holding.message.everDone.insert(HandlerSet(handler))
        holding.message.done[host.index].insert(HandlerSet(handler))
        finishIfDone(holding, host)
    }

    /// All that a daemon asks for was done in it: now or, remembered, before.
    func finishIfDone(_ holding: Holding, _ host: Host) {
        if holding.handlers.isEmpty, host.queue.unmatched != .delete { return }
        if holding.message.done[host.index].isSuperset(of: HandlerSet(holding.handlers)) {
            holding.message.isFinished = true
            holding.message.finishedAt = holding.message.finishedAt ?? now
        }
    }

    /// What hangs comes to its end when the trouble does.
    func endHangingRuns(_ host: Host) {
        for (lease, holding) in host.holdings.sorted(by: { $0.key < $1.key }) {
            for run in holding.runs where run.hangs || run.ignoresCancel {
                after(
                    Self.calmTime,
                    .event(
                        host: host.index, life: host.life,
                        .handlerFinished(lease, run.handler, .outcome(.done))))
            }
        }
    }
}
