import EmbeddedQueue
import SubscriberEngine

/// What must hold of a daemon at every step.
extension World {
    /// Runs of a handler that cannot work: those that had begun, and probes.
    private static let probeLimit = 20
    /// Messages that wait for the confirmation of their end, beside those in slots.
    private static let unconfirmedLimit = 100

    func check(_ host: Host) {
        guard !host.isOver else { return }
        let snapshot = host.subscription.snapshot()
        if snapshot.slotsHeld != host.slotsWithEngine {
            violate(
                .nothingHoarded,
                "the engine counts \(snapshot.slotsHeld) slots of \(host.slotsWithEngine)")
        }
        if host.asked + host.occupied > host.slotsWithEngine {
            violate(
                .nothingHoarded,
                "\(host.occupied) messages and \(host.asked) asked for in \(host.slotsWithEngine) "
                    + "slots")
        }
        let limit = max(Self.unconfirmedLimit, 4 * host.concurrency) + 2 * plan.slots
        if snapshot.unconfirmed > limit {
            violate(.memoryBounded, "\(snapshot.unconfirmed) messages wait for the service")
        }
        if host.futileRuns > plan.slots + Self.probeLimit {
            violate(.loopsBackOff, "a handler that cannot work ran \(host.futileRuns) times")
        }
    }

    func check(_ receive: Receive, _ host: Host) {
        if host.isStopping { violate(.stopIsLossless, "a receive after the stop") }
        if !(1...10).contains(receive.maximumMessages) {
            violate(.nothingHoarded, "a receive for \(receive.maximumMessages) messages")
        }
        checkTimeout(receive, host)
        checkAttempt(receive, host)
        checkBackoff(host)
    }

    /// A receive asks for the visibility timeout that the configuration names, or the queue.
    private func checkTimeout(_ receive: Receive, _ host: Host) {
        let wanted = plan.configuredTimeout ?? host.queueTimeout
        if let wanted, receive.visibilityTimeout != max(wanted, .seconds(2)) {
            violate(
                .queueSettingsRespected,
                "a receive for \(receive.visibilityTimeout) where the queue says \(wanted)")
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

    /// Nothing is deleted unless handled.
    func checkDelete(_ entries: [Deletion], _ host: Host) {
        checkBatch(entries.map(\.lease), host)
        for entry in entries {
            guard let holding = host.holdings[entry.lease] else { continue }
            checkRetry(of: holding, host)
            let message = holding.message
            guard !message.isFinished else { continue }
            violate(.handledBeforeDeleted, "message \(message.number) is deleted and not done")
        }
    }

    func checkChange(_ batch: BatchID, _ entries: [VisibilityChange], _ host: Host) {
        checkBatch(entries.map(\.lease), host)
        for entry in entries {
            guard let holding = host.holdings[entry.lease] else { continue }
            holding.isChangeSent = true
            guard let comeback = holding.comeback else { continue }
            holding.comeback?.batch = batch
            checkRetry(of: holding, host)
            checkComeback(entry, holding, comeback)
        }
    }

    private func checkBatch(_ leases: [LeaseID], _ host: Host) {
        if leases.isEmpty || leases.count > 10 || Set(leases).count != leases.count {
            violate(.partialFailuresCount, "a batch of \(leases)")
        }
        for lease in leases where host.holdings[lease] == nil || host.holdings[lease]?.ending != nil
        {
            violate(.nothingForgotten, "\(lease) is in a batch and not held")
        }
    }

    /// An ending says what has happened, and a lease is not left to lapse before its time.
    func checkEnding(_ holding: Holding, _ host: Host) {
        switch holding.ending {
        case .deleted where !holding.isDeleteConfirmed:
            violate(.partialFailuresCount, "\(holding.lease) counts as deleted and is not")
        case .visibilitySet where !holding.isChangeConfirmed:
            violate(.partialFailuresCount, "\(holding.lease) counts as released and is not")
        case .leftToLapse(.retry) where holding.wish.delay != nil || !holding.wish.lapse:
            violate(.queueSettingsRespected, "\(holding.lease) is left to lapse and not asked to")
        case .leftToLapse(.deleteUnconfirmed): checkLeft(holding, host, "deleted")
        case .leftToLapse(.returnUnconfirmed):
            checkLeft(holding, host, "released")
            if !holding.isChangeSent, !host.hadVisibilityTrouble {
                violate(.nothingForgotten, "\(holding.lease) was never released")
            }
        default: break
        }
        if holding.hasContent { violate(.memoryBounded, "\(holding.lease) is kept after its end") }
    }

    /// What belongs to a message elsewhere goes with a message that is handled and gone, and that
    /// no dead-letter queue was given by this delivery. Whether another host was given it, too, no
    /// host can know.
    func checkDisposal(_ lease: LeaseID, _ host: Host) {
        guard let holding = host.holdings[lease], holding.message.isFinished,
            holding.message.isGone || holding.message.isGivenOutTwice,
            holding.isDeleteConfirmed, !holding.isDeadLettering
        else {
            return violate(
                .handledBeforeDeleted, "\(lease) loses what it needs before it is over")
        }
    }

    /// What could not be confirmed is tried until the lease is over, the service refuses for good,
    /// the message is here again, or the stop may wait no longer.
    private func checkLeft(_ holding: Holding, _ host: Host, _ what: String) {
        let isHereAgain = holding.message.holdings.contains { $0 !== holding && $0.host === host }
        // A lease that was lost, and whose handlers went on, is not worth more than one attempt.
        let isExcused = holding.isRefused || isHereAgain || host.isStopping || holding.isLost
        guard !isExcused, now < holding.isOverAt else { return }
        violate(.nothingForgotten, "\(holding.lease) could still be \(what), and is given up")
    }

    /// Over twelve hours the service refuses; nobody asks for it, but under a handle that is older
    /// than the delivery.
    func checkRefusal(_ error: StoreError, of lease: LeaseID, _ host: Host) {
        let isGivenOutTwice = host.holdings[lease]?.message.isGivenOutTwice ?? true
        if error.message.contains("beyond the limit"), !isGivenOutTwice {
            violate(.leasesKept, "a visibility timeout beyond 12 hours was asked for")
        }
    }

    // MARK: Stop and reload

    func checkStopped(_ host: Host) {
        guard !host.isOver else { return }
        for holding in host.holdings.values
        where holding.hasContent && holding.runs.isEmpty && !holding.isDeadLettering {
            return violate(.stopIsLossless, "a message that had not started is not released")
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
        case .troubleEnded(let activity, _, _):
            if host.troubles.remove(activity) == nil {
                violate(.loopsBackOff, "a trouble ends that had not begun: \(activity)")
            }
        case .leaseLost(let id, _, _):
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
