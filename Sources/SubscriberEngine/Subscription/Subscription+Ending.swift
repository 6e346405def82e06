internal import SQS

/// The ways a message leaves: deleted, made visible, or left to lapse; and its slot and its place
/// in the line with it.
extension Subscription {
    /// Every lease ends here, and once.
    mutating func end(_ id: LeaseID, _ ending: Ending) {
        guard let lease = book[id], lease.ending == nil else { return }
        retire(id, CancelReason(ending, of: lease))
        book[id]?.ending = ending
        book.schedule(id, at: nil)
        endings.ended(ending)
        settleMemory(lease, ending)
        if unreturned[lease.messageID] == id { unreturned[lease.messageID] = nil }
        switch lease.phase {
        case .deleting, .returning: unconfirmed -= 1
        case .deadLettering: deadLetters -= 1
        case .handling: break
        }
        effects.append(.ended(id, ending))
        leaveLine(id, succeeded: ending == .deleted)
        if !lease.isRunning { book.remove(id) }
    }

    /// What came of it is kept for its next delivery, where there will be one.
    private mutating func settleMemory(_ lease: Lease, _ ending: Ending) {
        // SQS answers that it deleted by a handle that is void, too, and the message comes back.
        guard ending == .deleted, !lease.isLost else { return rememberDone(lease) }
        if lease.hasDisposal, isOver(lease) { effects.append(.dispose(lease.id)) }
        recentDeletes.note(lease.messageID, at: now)
        if let change = memory.forget(lease.messageID) { effects.append(.keep(change)) }
    }

    /// Whether the deleted message was handled by all, here or in an earlier delivery, rather than
    /// sent to the dead-letter queue, and is not here once more: then its handle was void, and SQS
    /// has deleted nothing, whatever it answers.
    private func isOver(_ lease: Lease) -> Bool {
        guard !book.hasOther(lease.id, of: lease.messageID) else { return false }
        guard lease.runs.isEmpty else { return lease.doneHandlers.count == lease.runs.count }
        return settings.queue.unmatched == .delete && memory[lease.messageID] == nil
    }

    /// What is done of a message whose delete is not sure to come about.
    mutating func rememberDone(_ lease: Lease) {
        let isDeletable = lease.phase == .deleting
        let done = lease.doneHandlers
        guard isDeletable || !done.isEmpty else { return }
        let completion = Completion(
            messageID: lease.messageID, handlers: done.compactMap { handlers[$0]?.name },
            isDeletable: isDeletable)
        for change in memory.remember(completion) { effects.append(.keep(change)) }
    }

    /// No handler has to do with the message any more: its content may go and its slot is free. One
    /// that still runs is told to end; it keeps the slot, since it keeps its worker.
    private mutating func retire(_ id: LeaseID, _ reason: CancelReason = .stopping) {
        guard let lease = book[id] else { return }
        // What is left is between us and the service, and may take long.
        concludeProbe(lease)
        if lease.isRunning, !lease.isAbandoned {
            cancelRuns(of: lease, reason)
            book[id]?.isAbandoned = true
            liveRuns -= lease.runningCount
            abandonedRuns += lease.runningCount
            if lease.isInLine { order.abandon(lease.line) }
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
                book[lease.id]?.runs[index].state = .ending(since: since)
            case (.ending, .leaseLost): break
            case (.waiting, _), (.held, _), (.ending, .stopping), (.over, _): continue
            }
            effects.append(.cancel(lease.id, lease.runs[index].handler, reason))
        }
    }

    private mutating func vacate(_ id: LeaseID) {
        guard book[id]?.hasSlot ?? false else { return }
        book[id]?.hasSlot = false
        demand.vacated()
    }

    /// A handler that was given up has returned.
    mutating func abandonedReturned(_ id: LeaseID) {
        guard let lease = book[id], !lease.isRunning else { return }
        vacate(id)
        if lease.ending != nil { book.remove(id) }
        if let next = order.abandonedReturned(lease.line) { start(next) }
    }

    // MARK: Lines

    /// The lease leaves its line. After a success the next one starts. After anything else what
    /// came after it must not run before it does: it is released, in order.
    mutating func leaveLine(_ id: LeaseID, succeeded: Bool) {
        guard let lease = book[id], lease.isInLine else { return }
        book[id]?.isInLine = false
        if succeeded, settings.isFIFO {
            if let next = order.leave(id, lease.line) { start(next) }
            return
        }
        let followers = order.cut(id, lease.line)
        guard !followers.isEmpty else { return }
        for follower in followers { book[follower]?.isInLine = false }
        if settings.isFIFO {
            for follower in followers { giveBack(follower) }
            report(.released(followers.count, .groupFailure))
        } else {
            for follower in followers {
                // The same handlers were done with it, or rejected it.
                if succeeded, !lease.isRunning { book[follower]?.runs = lease.runs }
                endDuplicate(follower, isDone: succeeded)
            }
        }
    }

    /// Another delivery of the same message, in a queue without groups, fares as the first did.
    private mutating func endDuplicate(_ id: LeaseID, isDone: Bool) {
        guard let lease = book[id] else { return }
        if isDone || memory[lease.messageID]?.isDeletable ?? false {
            delete(id)
        } else {
            end(id, .leftToLapse(.duplicate))
        }
    }

    // MARK: Deleting

    /// The message is done. In a FIFO queue the next of its group may run: it was handled, whether
    /// or not the delete has arrived.
    mutating func delete(_ id: LeaseID) {
        guard let lease = book[id], lease.ending == nil, lease.phase != .deleting else { return }
        retire(id)
        if lease.phase == .deadLettering { deadLetters -= 1 }
        book[id]?.phase = .deleting
        unconfirmed += 1
        let isUrgent = !drain.isRunning || lease.isLost
        deletes.add(id, at: now, atOnce: isUrgent || lease.until - now < .seconds(1))
        if lease.isLost, let lease = book[id] { rememberDone(lease) }
        noteGroupMoves(lease)
        if settings.isFIFO { leaveLine(id, succeeded: true) }
    }

    mutating func flushDeletes() {
        while let candidates = deletes.take(at: now) {
            let entries = candidates.compactMap { id -> Deletion? in
                guard let lease = book[id], lease.ending == nil, lease.phase == .deleting else {
                    return nil
                }
                return Deletion(lease: id, receiptHandle: lease.receiptHandle)
            }
            guard !entries.isEmpty else { continue }
            let batch = nextBatch()
            deletes.sent(entries.map(\.lease), as: batch)
            effects.append(.delete(batch, entries))
        }
    }

    mutating func deleteAnswered(_ batch: BatchID, _ failed: [LeaseID: SQSError]) {
        let leases = deletes.answered(batch)
        guard !leases.isEmpty else { return }
        let failures = leases.compactMap { failed[$0] }.filter { !$0.isFinalForLease }
        if failures.count == leases.count, let error = failures.first {
            report(troubles.delete.failed(error, at: now, &jitter))
        } else {
            report(troubles.delete.succeeded(at: now))
        }
        deletes.hold(until: troubles.delete.retryAt)
        for id in leases {
            if let error = failed[id] {
                deleteFailed(id, error, isFinal: error.isFinalForLease)
            } else {
                end(id, .deleted)
            }
        }
    }

    mutating func deleteCallFailed(_ batch: BatchID, _ error: SQSError) {
        let leases = deletes.answered(batch)
        guard !leases.isEmpty else { return }
        let isFinal = error.isAboutMessage(ofCallWith: leases.count)
        report(
            isFinal
                ? troubles.delete.succeeded(at: now)
                : troubles.delete.failed(error, at: now, &jitter))
        deletes.hold(until: troubles.delete.retryAt)
        for id in leases { deleteFailed(id, error, isFinal: isFinal) }
    }

    private mutating func deleteFailed(_ id: LeaseID, _ error: SQSError, isFinal: Bool) {
        guard let lease = book[id], lease.ending == nil else { return }
        rememberDone(lease)
        if isFinal || lease.isLost {
            report(.deleteFailed(messageID: lease.messageID, error))
            return end(id, .leftToLapse(.deleteUnconfirmed))
        }
        book[id]?.failures += 1
        deletes.retry(id, at: now + retryDelay(lease.failures, error))
    }

    // MARK: Giving back

    /// The message is to be visible again: at once, or after a delay.
    mutating func giveBack(_ id: LeaseID, after delay: Duration? = nil) {
        guard let lease = book[id], lease.ending == nil, lease.phase == .handling else { return }
        retire(id)
        // It may be here again before the answer to its release is.
        rememberDone(lease)
        book[id]?.phase = .returning
        unconfirmed += 1
        book.schedule(id, at: max(now, lease.lapsesBy))
        visibility.giveBack(
            id, at: delay.map { now + $0 }, now: now, atOnce: !drain.isRunning)
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
