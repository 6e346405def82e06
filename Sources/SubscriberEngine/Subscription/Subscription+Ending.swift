internal import SQS

/// The ways a message leaves: deleted, made visible, or left to lapse; and its slot and its place
/// in the line with it.
extension Subscription {
    /// Every lease ends here, and once.
    mutating func end(_ id: LeaseID, _ ending: Ending) {
        guard let lease = leasing[id], lease.ending == nil else { return }
        let reason = CancelReason(ending, of: lease)
        retire(id, reason)
        cancelFellows(of: lease, reason)
        leasing.end(lease, ending)
        settling.ended(lease, ending)
        settleMemory(lease, ending)
        effects.append(.ended(id, ending))
        leaveLine(id, succeeded: ending == .deleted)
        if ending == .leftToLapse(.deleteUnconfirmed) { releaseGroup(of: lease) }
        if !lease.isRunning { leasing.remove(id) }
    }

    /// What came of it is kept for its next delivery, where there will be one.
    private mutating func settleMemory(_ lease: Lease, _ ending: Ending) {
        // SQS answers that it deleted by a handle that is void, too, and the message comes back.
        guard ending == .deleted, !lease.isLost else {
            guard ending == .leftToLapse(.rejected) else { return rememberDone(lease) }
            rememberDone(lease, withRejections: false)
            if let change = settling.forgetRejections(of: lease.messageID) {
                effects.append(change)
            }
            return
        }
        if lease.hasDisposal, isOver(lease) { effects.append(.dispose(lease.id)) }
        if let change = settling.isGone(lease.messageID, at: now) { effects.append(change) }
    }

    /// Whether the deleted message was handled by all, here or in an earlier delivery, rather than
    /// sent to the dead-letter queue, and is not here once more: then its handle was void, and SQS
    /// has deleted nothing, whatever it answers. So it may be with one whose lease has run out.
    private func isOver(_ lease: Lease) -> Bool {
        guard now < lease.until, !leasing.hasOther(lease) else { return false }
        guard lease.runs.isEmpty else { return lease.doneHandlers.count == lease.runs.count }
        return settings.queue.unmatched == .delete && settling.known(lease.messageID) == nil
    }

    /// What is done of a message whose delete is not sure to come about.
    mutating func rememberDone(_ lease: Lease, withRejections: Bool = true) {
        let handlers = lease.doneHandlers.compactMap { handling[$0]?.name }
        let rejections = (withRejections ? lease.rejections : []).map {
            Completion.Rejection(handler: handling.name(of: $0.handler), reason: $0.reason)
        }
        effects += settling.remember(lease, doneBy: handlers, rejections: rejections)
    }

    /// No handler has to do with the message any more: its content may go and its slot is free. One
    /// that still runs is told to end; it keeps the slot, since it keeps its worker.
    private mutating func retire(_ id: LeaseID, _ reason: CancelReason = .stopping) {
        guard let lease = leasing[id] else { return }
        // What is left is between us and the service, and may take long.
        concludeProbe(lease)
        if lease.isRunning, !lease.isAbandoned {
            cancelRuns(of: lease, reason)
            leasing[id]?.isAbandoned = true
            handling.abandon(lease)
        }
        if lease.phase == .handling || lease.phase == .deadLettering {
            effects.append(.forget(id))
        }
        if !lease.isRunning { vacate(id) }
    }

    mutating func cancelRuns(of lease: Lease, _ reason: CancelReason) {
        for index in lease.runs.indices {
            switch (lease.runs[index].state, reason) {
            case (.running(let since), _):
                leasing[lease.id]?.runs[index].state = .ending(since: since)
            case (.ending, .leaseLost): break
            case (.waiting, _), (.held, _), (.ending, .stopping), (.over, _): continue
            }
            effects.append(.cancel(lease.id, lease.runs[index].handler, reason))
        }
    }

    private mutating func vacate(_ id: LeaseID) {
        guard let lease = leasing[id], lease.isInHand else { return }
        leasing[id]?.isInHand = false
        leasing[id]?.slotSince = nil
        if lease.isReady {
            leasing[id]?.isReady = false
            handling.ready.left(fellows: lease.fellows)
        }
        receiving.left(
            bytes: lease.bytes, hasSlot: lease.slotSince != nil,
            worked: lease.isWorkedOff ? lease.slotSince.map { now - $0 } : nil, at: now)
    }

    /// A handler that was given up has returned.
    mutating func abandonedReturned(_ id: LeaseID) {
        guard let lease = leasing[id], !lease.isRunning else { return }
        vacate(id)
        if lease.ending != nil { leasing.remove(id) }
        if let next = handling.abandonedReturned(lease) { start(next) }
    }

    // MARK: Lines

    /// The lease leaves its line. After a success the next one starts. After anything else what
    /// came after it must not run before it does: it is released, in order. So it is after a
    /// success without a lease: another host may be at work on the message, and has the group.
    mutating func leaveLine(_ id: LeaseID, succeeded: Bool) {
        guard let lease = leasing[id], lease.isInLine else { return }
        leasing[id]?.isInLine = false
        if succeeded, settings.isFIFO, !lease.isLost {
            if let next = handling.leave(lease) { start(next) }
            return
        }
        let followers = cut(lease, isDone: succeeded)
        guard !followers.isEmpty else { return }
        for follower in followers { leasing[follower]?.isInLine = false }
        if settings.isFIFO {
            for follower in followers { giveBack(follower) }
            report(.released(followers.count, .groupFailure))
        } else {
            for follower in followers {
                // The same handlers were done with it, or rejected it.
                if succeeded, !lease.isRunning { leasing[follower]?.runs = lease.runs }
                endDuplicate(follower, isDone: succeeded)
            }
        }
    }

    /// Whether a message is deleted whose group has moved on is not known, and its lease is over:
    /// the service gives out a group from its first message that is not in flight, so that another
    /// host may be at work on this one at any time. What has not started is released, in order,
    /// and what runs is not started again.
    private mutating func releaseGroup(of lease: Lease) {
        guard settings.isFIFO else { return }
        let others = handling.line(of: lease).compactMap { leasing[$0] }.filter {
            $0.phase == .handling && $0.ending == nil
        }
        let waiting = others.filter { !$0.isRunning }
        for follower in waiting {
            handling.remove(follower)
            leasing[follower.id]?.isInLine = false
        }
        // A handler that is over with one may have asked for a delay.
        for other in others {
            leasing[other.id]?.isCutOff = true
            giveUpStarting(other)
        }
        if !waiting.isEmpty { report(.released(waiting.count, .groupFailure)) }
    }

    /// Another delivery of the same message, in a queue without groups, fares as the first did.
    private mutating func endDuplicate(_ id: LeaseID, isDone: Bool) {
        guard let lease = leasing[id] else { return }
        if isDone || settling.known(lease.messageID)?.isDeletable ?? false {
            delete(id)
        } else {
            end(id, .leftToLapse(.duplicate))
        }
    }

    /// The lease begins another phase of its way.
    mutating func begin(_ phase: Lease.Phase, of lease: Lease) {
        leasing[lease.id]?.phase = phase
        settling.begins(phase, after: lease.phase)
    }

    // MARK: Deleting

    /// The message is done. In a FIFO queue the next of its group may run: it was handled, whether
    /// or not the delete has arrived.
    mutating func delete(_ id: LeaseID) {
        guard let lease = leasing[id], lease.ending == nil, lease.phase != .deleting else {
            return
        }
        retire(id)
        begin(.deleting, of: lease)
        let isUrgent = !drain.isRunning || lease.isLost
        settling.delete(id, at: now, atOnce: isUrgent || lease.until - now < .seconds(1))
        if lease.isLost, let lease = leasing[id] { rememberDone(lease) }
        report(handling.groupMoves(lease, at: now))
        if settings.isFIFO { leaveLine(id, succeeded: true) }
    }

    mutating func flushDeletes() {
        while let entries = settling.nextCall(as: batch, of: leasing, at: now) {
            effects.append(.delete(takeBatch(), entries))
        }
    }

    mutating func deleteAnswered(_ batch: BatchID, _ failed: [LeaseID: SQSError]) {
        guard let call = settling.answered(batch) else { return }
        receiving.pace.deleted(after: now - call.sentAt)
        let failures = call.leases.compactMap { failed[$0] }.filter { !$0.isFinalForLease }
        let isFailure = failures.count == call.leases.count
        report(
            settling.noteDelete(
                isFailure ? failures.first : nil, sentAt: call.sentAt, at: now, &jitter))
        for id in call.leases {
            if let error = failed[id] {
                deleteFailed(id, error, isFinal: error.isFinalForLease)
                leasing[id]?.failures += 1
            } else {
                end(id, .deleted)
            }
        }
    }

    mutating func deleteCallFailed(_ batch: BatchID, _ error: SQSError) {
        guard let call = settling.answered(batch) else { return }
        let isFinal = error.isAboutMessage(ofCallWith: call.leases.count)
        report(
            settling.noteDelete(isFinal ? nil : error, sentAt: call.sentAt, at: now, &jitter))
        for id in call.leases { deleteFailed(id, error, isFinal: isFinal) }
    }

    private mutating func deleteFailed(_ id: LeaseID, _ error: SQSError, isFinal: Bool) {
        guard let lease = leasing[id], lease.ending == nil else { return }
        rememberDone(lease)
        if isFinal || lease.isLost {
            report(.deleteFailed(messageID: lease.messageID, error))
            return end(id, .leftToLapse(.deleteUnconfirmed))
        }
        settling.retry(id, at: now + retryDelay(lease.failures, error))
    }

    // MARK: Giving back

    /// The message is to be visible again: at once, or after a delay.
    mutating func giveBack(_ id: LeaseID, after delay: Duration? = nil) {
        guard let lease = leasing[id], lease.ending == nil, lease.phase == .handling else {
            return
        }
        retire(id)
        // It may be here again before the answer to its release is.
        rememberDone(lease)
        begin(.returning, of: lease)
        leasing.giveBack(lease, after: delay, atOnce: !drain.isRunning, at: now)
        leaveLine(id, succeeded: false)
    }
}

extension CancelReason {
    fileprivate init(_ ending: Ending, of lease: Lease) {
        if case .leftToLapse(.leaseLost(let loss)) = ending {
            self = .leaseLost(loss, until: lease.lapsesBy)
        } else {
            self = .stopping
        }
    }
}
