import EmbeddedQueue
import SubscriberEngine

/// What must hold of a daemon at every step.
extension World {
    /// Runs of a handler that cannot work: those that had begun, and probes.
    private static let probeLimit = 20
    /// Between two attempts to start a handler, once it has not started for a while.
    private static let shortestWait = Duration.seconds(10)
    /// Messages that wait for the confirmation of their end, beside those in slots.
    private static let unconfirmedLimit = 100
    private static let deleteCallsAtOnce = 64
    /// Of a handler that fails all it gets, what one receive brings waits for its turn.
    private static let keptForSlowHandlers = 10

    func check(_ host: Host) {
        guard !host.isOver else { return }
        let snapshot = host.subscription.snapshot()
        if snapshot.slotsHeld != host.slotsWithEngine {
            violate(
                .nothingHoarded,
                "the engine counts \(snapshot.slotsHeld) slots of \(host.slotsWithEngine)")
        }
        if host.working > host.slotsWithEngine {
            violate(
                .nothingHoarded,
                "\(host.working) messages are worked on in \(host.slotsWithEngine) slots")
        }
        checkWaiting(host)
        let inHand = host.concurrency + host.workRecord.peak
        let limit = max(Self.unconfirmedLimit, 4 * inHand) + 2 * (plan.slots + inHand)
        if snapshot.unconfirmed > limit {
            violate(.memoryBounded, "\(snapshot.unconfirmed) messages wait for the service")
        }
        if host.ledger.held(by: host.member) == 0, snapshot.slotsWanted > 0 {
            violate(.nothingHoarded, "the others leave the queue without a slot")
        }
        let attempts = Int((now - host.gateShutAt) / Self.shortestWait)
        if host.futileRuns > plan.slots * (1 + host.gateLifts) + Self.probeLimit + attempts {
            violate(.loopsBackOff, "a handler that cannot work ran \(host.futileRuns) times")
        }
    }

    /// What the workers turn out not to begin soon is given back. In a FIFO queue a message may
    /// wait for its group, and in each for another delivery of itself.
    private func checkWaiting(_ host: Host) {
        let record = host.workRecord
        let patience = record.patience(lease: host.queueTimeout ?? .seconds(30))
        guard !plan.isFIFO, !host.isStopping, host.inHandAtFault == nil,
            host.occupied > max(host.slotsWithEngine, Self.keptForSlowHandlers),
            now - record.movedAt > patience
        else { return }
        let waiting = host.holdings.values.count {
            $0.hasContent && $0.runs.isEmpty && !$0.isInDoubt && !$0.isDeadLettering
                && $0.message.holdings.count == 1 && now - $0.waitsSince > patience
        }
        if waiting > host.slotsWithEngine - host.working {
            violate(
                .nothingHoarded,
                "\(waiting) messages wait, and none has ended for \(now - record.movedAt)")
        }
    }

    /// Only what is expected to start soon is asked for beyond what can.
    private func checkAhead(_ receive: Receive, _ host: Host) {
        let ahead = host.asked + host.occupied + receive.maximumMessages - host.slotsWithEngine
        if ahead > host.workRecord.limit {
            violate(
                .nothingHoarded,
                "\(ahead) messages are asked for ahead, where \(host.workRecord.limit) may be")
        }
    }

    /// While deletes fail nothing is received beside some multiple of what the handlers do at once.
    private func checkUnconfirmed(_ host: Host) {
        let waiting = host.subscription.snapshot().unconfirmed
        let limit = max(Self.unconfirmedLimit, 4 * host.concurrency)
        if host.troubles.contains(.delete), waiting >= limit {
            violate(.memoryBounded, "a receive, while \(waiting) messages wait for the service")
        }
    }

    func check(_ receive: Receive, _ host: Host) {
        if host.isStopping { violate(.stopIsLossless, "a receive after the stop") }
        if host.refusesMessages {
            violate(.loopsBackOff, "a receive for a handler that said that it cannot work")
        }
        let most = host.inHandAtFault == nil ? 10 : 1
        if !(1...most).contains(receive.maximumMessages) {
            violate(
                .nothingHoarded,
                "a receive for \(receive.maximumMessages) messages"
                    + (most == 1 ? " for a handler that cannot work" : ""))
        }
        if host.polls.count >= host.queue.maximumPollers {
            violate(.queueSettingsRespected, "\(host.polls.count + 1) receives are out")
        }
        checkAhead(receive, host)
        checkUnconfirmed(host)
        checkReopening(receive, host)
        checkTimeout(receive, host)
        checkAttempt(receive, host)
        checkBackoff(host)
    }

    /// After a time in which a handler could not start, the messages in hand grow with the runs
    /// that did, and with the time.
    private func checkReopening(_ receive: Receive, _ host: Host) {
        guard let openedAt = host.gateOpenedAt, now - openedAt < Self.shortestWait,
            // With the one that opened the queue.
            host.runsSinceReopening + 1 < host.presentConcurrency
        else { return }
        let inHand = host.asked + host.occupied + receive.maximumMessages
        // One of them started, or went on for long enough to have started, for each such change.
        if inHand > 2 + host.runsSinceReopening + 2 * host.gateTransfers {
            violate(.nothingHoarded, "\(inHand) messages just after a handler could not start")
        }
    }

    /// A receive asks for the visibility timeout that the configuration names, or the queue.
    private func checkTimeout(_ receive: Receive, _ host: Host) {
        let wanted = host.queue.visibilityTimeout ?? host.queueTimeout
        if let wanted, receive.visibilityTimeout != max(wanted, .seconds(2)) {
            violate(
                .queueSettingsRespected,
                "a receive for \(receive.visibilityTimeout) where the queue says \(wanted)")
        }
    }

    /// No more messages come to be handled than the slowest handler may get.
    func checkRate(_ leases: [LeaseID], _ host: Host) {
        guard let rate = plan.messagesPerSecond else { return }
        let count = leases.count { host.holdings[$0]?.hasContent ?? false }
        if !host.arrivals.add(count, perSecond: rate, at: now) {
            violate(.queueSettingsRespected, "more than \(rate) messages a second come")
        }
    }

    /// A receive of a FIFO queue whose answer was lost is repeated before another one is sent.
    private func checkAttempt(_ receive: Receive, _ host: Host) {
        guard plan.isFIFO else {
            if receive.attemptID != nil { violate(.groupsInOrder, "an attempt id") }
            return
        }
        host.lostAttempts.removeAll { now - $0.sentAt >= .seconds(270) }
        guard let id = receive.attemptID else {
            return violate(.groupsInOrder, "a receive without an attempt id")
        }
        if let index = host.lostAttempts.firstIndex(where: { $0.id == id }) {
            host.lostAttempts.remove(at: index)
        } else if !host.lostAttempts.isEmpty {
            violate(.groupsInOrder, "a new receive although an answer was lost")
        }
    }

    // MARK: Stop and reload

    func checkStopped(_ host: Host) {
        guard !host.isOver else { return }
        // So many calls of deletes are out at once at most.
        let isCrowded = host.deleteCallsOut >= Self.deleteCallsAtOnce
        for holding in host.holdings.values where holding.runs.isEmpty && holding.ending == nil {
            if holding.hasContent, holding.isDeadLettering { continue }
            guard holding.endCalls.isEmpty, holding.hasContent || !isCrowded else { continue }
            return violate(
                .stopIsLossless,
                holding.hasContent
                    ? "a message that had not started is not released"
                    : "\(holding.lease) waits although nothing comes after the stop")
        }
    }

    func checkStoppedNow(_ host: Host) {
        guard !host.isOver else { return }
        if host.holdings.values.contains(where: \.isRunningUncancelled) {
            violate(.stopIsLossless, "a handler goes on after the second stop")
        }
    }

    func checkCancel(_ reason: CancelReason, _ host: Host) {
        guard reason == .stopping, let graceUntil = host.graceUntil, now < graceUntil else {
            return
        }
        violate(.stopIsLossless, "a handler is told to end before the grace time is over")
    }

    func checkReload(_ effect: Effect) {
        switch effect {
        case .cancel, .ended, .forget: violate(.reloadIsLossless, "a reload leads to \(effect)")
        default: break
        }
    }

    // MARK: Reports and failures

    /// One line per change of state.
    func checkReport(_ report: Report, _ host: Host) {
        switch report {
        case .troubleBegan(let activity, _):
            if !host.troubles.insert(activity).inserted {
                violate(.loopsBackOff, "a trouble is reported twice: \(activity)")
            }
        case .troubleEnded(let activity, _, _), .troubleForgotten(let activity, _, _):
            if host.troubles.remove(activity) == nil {
                violate(.loopsBackOff, "a trouble ends that had not begun: \(activity)")
            }
        case .unmatched:
            if let warnedAt = host.warnedAt, now < warnedAt + .seconds(60) {
                violate(.loopsBackOff, "warned of unmatched messages after \(now - warnedAt) again")
            }
            host.warnedAt = now
        case .gateTripped(let handler, _, _):
            host.gateTransfers = host.inHandAtFault == nil ? 0 : host.gateTransfers + 1
            host.faultyHandler = handler
            host.inHandAtFault = Set(host.holdings.keys)
            host.futileProbes = 0
            host.futileProbeLimit = 0
            host.gateShutAt = now
            host.gateOpenedAt = nil
        case .gateRecovered:
            host.refusesMessages = false
            host.inHandAtFault = nil
            host.gateOpenedAt = now
            // Some may have ended just after the one that opened it.
            host.runsSinceReopening = host.resultsHeard
        case .gateLifted:
            host.refusesMessages = false
            host.gateLifts += 1
            host.inHandAtFault = nil
        case .deletedWithoutRun:
            // It may have been the one that was kept.
            host.futileProbeLimit += 1
        case .leaseLost(let id, _, _):
            host.futileProbeLimit += 1
            guard let number = numbers[id] else { return }
            for holding in messages[number].holdings where holding.host === host {
                holding.isLost = true
            }
        default: break
        }
    }

    /// Nothing is in hand: the slots are those of the receives that are out.
    func checkIdleSlots(_ host: Host) {
        if host.slotsWithEngine > host.asked {
            violate(
                .nothingHoarded,
                "\(host.slotsWithEngine) slots are kept for \(host.asked) messages asked for")
        }
    }

    /// After the trouble is over nothing is left.
    func checkNothingIsLeft(_ remaining: Int) {
        if remaining > 0 {
            let left = messages.filter { !$0.isGone }.map(\.number)
            violate(.nothingForgotten, "messages are left in the queue: \(left)")
        }
        for host in hosts where !host.isOver {
            violate(.stopIsLossless, "daemon \(host.index) does not come to its end")
        }
    }
}
