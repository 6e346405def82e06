import HTTP
internal import SQS

/// Keeping leases, and losing them.
extension Subscription {
    /// Renews what is due, with what is due soon in the same call, and gives up what cannot be
    /// kept.
    mutating func examineLeases() {
        var renewed = 0
        while let id = leasing.popDue(at: now) { renewed += examine(id) ? 1 : 0 }
        while renewed % VisibilitySchedule.size != 0, let id = leasing.popDue(at: now, ahead: true)
        {
            renewed += examine(id) ? 1 : 0
        }
    }

    /// True when it is renewed.
    private mutating func examine(_ id: LeaseID) -> Bool {
        guard let lease = leasing[id] else { return false }
        let mayRenew = lease.phase != .handling || !handling.isHeldBack(lease)
        switch leasing.examine(lease, timeout: visibilityTimeout, mayRenew: mayRenew, at: now) {
        case .nothing:
            return false
        case .renew:
            // Half a lease went by: a delete that is not answered yet may never be, and a handler
            // that goes on for long may not live to see its message deleted.
            rememberDone(lease)
            if lease.hasRunLong(at: now) { groupHangs(lease) }
            return true
        case .lost(let loss):
            leaseLost(id, loss)
            return false
        case .lapsed:
            end(id, .leftToLapse(.returnUnconfirmed))
            return false
        }
    }

    private mutating func groupHangs(_ lease: Lease) {
        if drain.isRunning { report(handling.groupHangs(lease, at: now)) }
    }

    /// The message whose handler was given up, and holds up its line.
    private func holder(of line: String) -> Lease? {
        leasing.ids.lazy.compactMap { leasing[$0] }
            .first { $0.line == line && $0.isAbandoned && $0.isRunning }
    }

    mutating func leaseLost(_ id: LeaseID, _ loss: LeaseLoss) {
        guard let lease = leasing[id], lease.ending == nil, !lease.isLost else { return }
        let continues = lease.phase == .deadLettering || mayContinue(lease)
        let work = LostWork(lease, continues: continues)
        report(.leaseLost(messageID: lease.messageID, loss, work))
        if loss == .heldBack { groupHangs(holder(of: lease.line) ?? lease) }
        if continues { return leasing.goOnLost(id) }
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
            case .running: handling[run.handler]?.onLeaseLost == .continue
            case .over(let consequence): consequence == .done
            }
        }
    }

    // MARK: Visibility calls

    mutating func flushVisibility() {
        while let entries = leasing.nextCall(as: batch, at: now) {
            effects.append(.changeVisibility(takeBatch(), entries))
        }
    }

    mutating func visibilityAnswered(_ batch: BatchID, _ failed: [LeaseID: SQSError]) {
        guard let call = leasing.answered(batch) else { return }
        var failure: SQSError?
        for change in call.changes {
            if let error = failed[change.lease] {
                if !error.isFinalForLease { failure = failure ?? error }
                visibilityFailed(change, error, isFinal: error.isFinalForLease)
                leasing[change.lease]?.failures += 1
            } else {
                visibilityChanged(change, sentAt: call.sentAt)
            }
        }
        let isFailure = failed.count == call.changes.count
        report(leasing.note(isFailure ? failure : nil, sentAt: call.sentAt, at: now, &jitter))
    }

    mutating func visibilityCallFailed(_ batch: BatchID, _ error: SQSError) {
        guard let call = leasing.answered(batch) else { return }
        let isFinal = error.isAboutMessage(ofCallWith: call.changes.count)
        report(leasing.note(isFinal ? nil : error, sentAt: call.sentAt, at: now, &jitter))
        for change in call.changes { visibilityFailed(change, error, isFinal: isFinal) }
    }

    private mutating func visibilityChanged(
        _ change: VisibilitySchedule.Change, sentAt: Instant
    ) {
        guard let lease = leasing[change.lease], lease.ending == nil else { return }
        switch change.purpose {
        case .renewal(let duration):
            leasing.renewed(lease.id, sentAt: sentAt, for: duration, at: now)
            guard lease.phase != .returning else { return }
            if lease.isInDoubt, handling.isFirst(lease) { start(lease.id) }
        case .release:
            end(lease.id, .visibilitySet(.zero))
        case .delay(let moment):
            end(lease.id, .visibilitySet(max(.zero, moment - sentAt)))
        }
    }

    private mutating func visibilityFailed(
        _ change: VisibilitySchedule.Change, _ error: SQSError, isFinal: Bool
    ) {
        guard let lease = leasing[change.lease], lease.ending == nil else { return }
        if case .renewal = change.purpose {
            // While a delete is out, a void handle may mean that the delete worked.
            let decides = lease.phase == .handling || lease.phase == .deadLettering
            if isFinal, decides { leaseLost(lease.id, .refused) }
            return
        }
        guard !isFinal else {
            return end(lease.id, .leftToLapse(.returnUnconfirmed))
        }
        leasing.retry(change, of: lease, at: now + retryDelay(lease.failures, error))
    }

    /// The wait before one entry is tried again. It grows with the failures of the entry itself: a
    /// call that fails as a whole says nothing of it, and is paced for all.
    mutating func retryDelay(_ failures: Int, _ error: SQSError) -> Duration {
        error.kind.pace.delay(afterFailures: failures + 1, &jitter)
    }
}

extension SQSError {
    /// Whether the entry with this error stays refused however often it is sent.
    var isFinalForLease: Bool { kind == .leaseLost || kind == .malformed }

    /// Whether the error of a whole call is about the one message in it. Of several nobody knows
    /// which, and an answer that SQS does not give, as of a proxy, is about none.
    func isAboutMessage(ofCallWith count: Int) -> Bool { count == 1 && concernsMessage }
}
