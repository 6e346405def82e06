import HTTP
internal import SQS

/// Keeping leases, and losing them.
extension Subscription {
    /// Renews what is due, with what is due soon in the same call, and gives up what cannot be
    /// kept.
    mutating func examineLeases() {
        var renewed = 0
        while let id = book.popDue(at: now) { renewed += examine(id) ? 1 : 0 }
        while renewed % VisibilitySchedule.size != 0, let id = book.popDue(at: now, ahead: true) {
            renewed += examine(id) ? 1 : 0
        }
    }

    /// True when it is renewed.
    private mutating func examine(_ id: LeaseID) -> Bool {
        guard let lease = book[id] else { return false }
        // A shorter timeout counts for leases that begin: renewed for it, this one would end sooner
        // than it does already.
        // Nor does a longer one before all renewals are answered: whichever SQS takes last counts,
        // and one for less could be it.
        let timeout =
            lease.renewalsOut > 0
            ? lease.asked : max(visibilityTimeout ?? lease.span, lease.span)
        let mayRenew = lease.phase != .handling || !isHeldBack(lease)
        switch book.examine(id, timeout: timeout, mayRenew: mayRenew, at: now) {
        case .nothing:
            return false
        case .renew(let duration):
            visibility.renew(id, for: duration)
            book[id]?.asked = timeout
            book[id]?.renewalsOut += 1
            // Half a lease went by: a delete that is not answered yet may never be, and a handler
            // that goes on for long may not live to see its message deleted.
            rememberDone(lease)
            if hasRunLong(lease) { noteGroupHangs(lease) }
            return true
        case .lost(let loss):
            leaseLost(id, loss)
            return false
        case .lapsed:
            end(id, .leftToLapse(.returnUnconfirmed))
            return false
        }
    }

    /// A message that waits behind a handler which was told to end, and does not, is not kept from
    /// other hosts for it.
    private func isHeldBack(_ lease: Lease) -> Bool {
        lease.isInLine && !lease.isRunning && order.isHeldBack(lease.line)
    }

    mutating func leaseLost(_ id: LeaseID, _ loss: LeaseLoss) {
        guard let lease = book[id], lease.ending == nil, !lease.isLost else { return }
        let continues = lease.phase == .deadLettering || mayContinue(lease)
        let work = LostWork(lease, continues: continues)
        report(.leaseLost(messageID: lease.messageID, loss, work))
        if loss == .heldBack { noteGroupHangs(holder(of: lease.line) ?? lease) }
        if continues {
            book[id]?.isLost = true
            return book.schedule(id, at: nil)
        }
        switch lease.phase {
        case .handling, .deadLettering: end(id, .leftToLapse(.leaseLost(loss)))
        case .deleting: end(id, .leftToLapse(.deleteUnconfirmed))
        case .returning: end(id, .leftToLapse(.returnUnconfirmed))
        }
    }

    /// A lost message is worth going on with when all that is left of it runs, and wants to.
    private func mayContinue(_ lease: Lease) -> Bool {
        guard lease.phase == .handling, lease.isRunning else { return false }
        return lease.runs.allSatisfy { run in
            switch run.state {
            case .waiting, .held, .ending: false
            case .running: handlers[run.handler]?.onLeaseLost == .continue
            case .over(let verdict): verdict == .done
            }
        }
    }

    // MARK: Visibility calls

    mutating func flushVisibility() {
        while let candidates = visibility.take(at: now) {
            var changes: [VisibilitySchedule.Change] = []
            var entries: [VisibilityChange] = []
            for change in candidates {
                guard let lease = book[change.lease], lease.ending == nil,
                    let timeout = timeout(of: change, lease)
                else { continue }
                changes.append(change)
                entries.append(
                    VisibilityChange(
                        lease: lease.id, receiptHandle: lease.receiptHandle, timeout: timeout))
            }
            guard !entries.isEmpty else { continue }
            let batch = nextBatch()
            visibility.sent(changes, as: batch, at: now)
            effects.append(.changeVisibility(batch, entries))
        }
    }

    /// The timeout to ask for now; nil where the change is void.
    private func timeout(of change: VisibilitySchedule.Change, _ lease: Lease) -> Duration? {
        switch change.purpose {
        case .renewal(let duration):
            return lease.phase == .returning || lease.isLost ? nil : duration
        case .release:
            return .zero
        case .delay(let moment):
            let longest = book.longestDelay(lease, at: now).wholeSecondsDown
            return min(max(.zero, moment - now).wholeSecondsUp, longest)
        }
    }

    mutating func visibilityAnswered(_ batch: BatchID, _ failed: [LeaseID: SQSError]) {
        guard let call = visibility.answered(batch) else { return }
        var failure: SQSError?
        for change in call.changes {
            if let error = failed[change.lease] {
                if !error.isFinalForLease { failure = failure ?? error }
                visibilityFailed(change, error, isFinal: error.isFinalForLease)
            } else {
                visibilityChanged(change, sentAt: call.sentAt)
            }
        }
        if let failure, failed.count == call.changes.count {
            report(troubles.visibility.failed(failure, at: now, &jitter))
        } else {
            report(troubles.visibility.succeeded(at: now))
        }
        visibility.hold(until: troubles.visibility.retryAt)
    }

    mutating func visibilityCallFailed(_ batch: BatchID, _ error: SQSError) {
        guard let call = visibility.answered(batch) else { return }
        let isFinal = error.isAboutMessage(ofCallWith: call.changes.count)
        report(
            isFinal
                ? troubles.visibility.succeeded(at: now)
                : troubles.visibility.failed(error, at: now, &jitter))
        visibility.hold(until: troubles.visibility.retryAt)
        for change in call.changes { visibilityFailed(change, error, isFinal: isFinal) }
    }

    private mutating func visibilityChanged(
        _ change: VisibilitySchedule.Change, sentAt: Instant
    ) {
        guard let lease = book[change.lease], lease.ending == nil else { return }
        switch change.purpose {
        case .renewal(let duration):
            // One that is on its way back has longer, too, until nothing more can be done for it.
            book[lease.id]?.renewalsOut -= 1
            book.renewed(lease.id, sentAt: sentAt, for: duration, at: now)
            guard lease.phase != .returning else { return }
            if lease.isInDoubt, order.isActive(lease.id, lease.line) { start(lease.id) }
        case .release:
            end(lease.id, .visibilitySet(.zero))
        case .delay(let moment):
            end(lease.id, .visibilitySet(max(.zero, moment - sentAt)))
        }
    }

    private mutating func visibilityFailed(
        _ change: VisibilitySchedule.Change, _ error: SQSError, isFinal: Bool
    ) {
        guard let lease = book[change.lease], lease.ending == nil else { return }
        if case .renewal = change.purpose {
            book[lease.id]?.renewalsOut -= 1
            // While a delete is out, a void handle may mean that the delete worked.
            let decides = lease.phase == .handling || lease.phase == .deadLettering
            if isFinal, decides { leaseLost(lease.id, .refused) }
            return
        }
        guard !isFinal else {
            return end(lease.id, .leftToLapse(.returnUnconfirmed))
        }
        book[lease.id]?.failures += 1
        unreturned[lease.messageID] = lease.id
        visibility.retry(change, at: now + retryDelay(lease.failures, error))
    }

    /// The wait before one entry is tried again.
    mutating func retryDelay(_ failures: Int, _ error: SQSError) -> Duration {
        error.kind.pace.delay(afterFailures: failures + 1, &jitter)
    }
}

extension SQSError {
    /// For the error of an entry: it stays refused however often it is sent.
    var isFinalForLease: Bool { kind == .leaseLost || kind == .malformed }

    /// For the error of a whole call: it is about the one message in it. Of several nobody knows
    /// which, and an answer that SQS does not give, as of a proxy, is about none.
    func isAboutMessage(ofCallWith count: Int) -> Bool { count == 1 && concernsMessage }
}
