internal import SQS

/// The leases of one queue, and the visibility timeouts that are changed for them: renewed while
/// they are held, ended when they are given back.
struct Leasing: Sendable {
    private var book = LeaseBook()
    private var schedule = VisibilitySchedule()
    private var trouble = TroubleTracker(.visibility, hasAccidents: true)
    /// Messages that were released, and SQS has not confirmed it, by message id.
    private var unreturned: [String: LeaseID] = [:]
    /// Renewals that SQS has confirmed.
    private(set) var renewals = 0

    var ids: [LeaseID] { book.ids }
    var currentTrouble: Trouble? { trouble.current }

    subscript(id: LeaseID) -> Lease? {
        _read { yield book[id] }
        _modify { yield &book[id] }
    }

    mutating func admit(_ lease: Lease, timeout: Duration, at now: Instant) {
        book.admit(lease, timeout: timeout, at: now)
    }

    /// Whether there is another open delivery of the message. Looks at all.
    func hasOther(_ lease: Lease) -> Bool { book.hasOther(lease.id, of: lease.messageID) }

    /// An earlier delivery of the message, whose release is not confirmed.
    func unreturned(_ messageID: String) -> LeaseID? {
        unreturned.isEmpty ? nil : unreturned[messageID]
    }

    // MARK: Keeping

    /// The next lease that is due now, or (`ahead`) so soon that it may as well share a call.
    mutating func popDue(at now: Instant, ahead: Bool = false) -> LeaseID? {
        book.popDue(at: now, ahead: ahead)
    }

    /// Renews a lease that is due, or says what else has become of it.
    ///
    /// - Parameters:
    ///   - timeout: the visibility timeout that counts for the queue now, where it is known.
    ///   - mayRenew: false for a lease that waits behind a handler that does not return.
    mutating func examine(
        _ lease: Lease, timeout: Duration?, mayRenew: Bool, at now: Instant
    ) -> LeaseBook.Standing {
        // A shorter timeout counts for leases that begin: renewed for it, this one would end sooner
        // than it does already.
        // Nor does a longer one once a renewal was sent: whichever SQS takes last counts, and one
        // for less could be it, however long ago it was answered or given up.
        let timeout = lease.renewedFor ?? max(timeout ?? lease.span, lease.span)
        let standing = book.examine(lease.id, timeout: timeout, mayRenew: mayRenew, at: now)
        if case .renew(let duration) = standing {
            schedule.renew(lease.id, for: duration)
            book[lease.id]?.renewedFor = timeout
        }
        return standing
    }

    /// The handlers of a lost lease go on all the same: nothing keeps it any more.
    mutating func goOnLost(_ id: LeaseID) {
        book[id]?.isLost = true
        book.schedule(id, at: nil)
    }

    /// The longest delay that SQS still grants the lease.
    func longestDelay(_ lease: Lease, at now: Instant) -> Duration {
        book.longestDelay(lease, at: now)
    }

    // MARK: Ending

    /// The message is to be visible again: at once, or after a delay.
    mutating func giveBack(_ lease: Lease, after delay: Duration?, atOnce: Bool, at now: Instant) {
        book.schedule(lease.id, at: max(now, lease.lapsesBy))
        schedule.giveBack(lease.id, at: delay.map { now + $0 }, now: now, atOnce: atOnce)
    }

    mutating func end(_ lease: Lease, _ ending: Ending) {
        book[lease.id]?.ending = ending
        book.schedule(lease.id, at: nil)
        if unreturned[lease.messageID] == lease.id { unreturned[lease.messageID] = nil }
    }

    mutating func remove(_ id: LeaseID) { book.remove(id) }

    // MARK: Calls

    /// When a call goes without another event, by what is known now. Looks at all leases.
    var nextCallAt: Instant? { earliest(schedule.due, book.nextRenewal) }

    /// The entries of the next call that is due, if any. Its answer is told of as `batch`.
    mutating func nextCall(as batch: BatchID, at now: Instant) -> [VisibilityChange]? {
        while let candidates = schedule.take(at: now) {
            var changes: [VisibilitySchedule.Change] = []
            var entries: [VisibilityChange] = []
            for change in candidates {
                guard let lease = book[change.lease], lease.ending == nil,
                    let timeout = timeout(of: change, lease, at: now)
                else { continue }
                changes.append(change)
                entries.append(
                    VisibilityChange(
                        lease: lease.id, receiptHandle: lease.receiptHandle, timeout: timeout))
            }
            guard !entries.isEmpty else { continue }
            schedule.sent(changes, as: batch, at: now)
            return entries
        }
        return nil
    }

    /// The timeout to ask for now; nil where the change is void.
    private func timeout(
        of change: VisibilitySchedule.Change, _ lease: Lease, at now: Instant
    ) -> Duration? {
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

    /// The call that was answered; nil where it was not out.
    mutating func answered(_ batch: BatchID) -> VisibilitySchedule.Call? {
        schedule.answered(batch)
    }

    /// Whether calls work: they do where there is no error.
    mutating func note(
        _ error: SQSError?, sentAt: Instant, at now: Instant, _ jitter: inout Jitter
    ) -> Report? {
        defer { schedule.hold(until: trouble.retryAt) }
        guard let error else { return trouble.succeeded(at: now) }
        return trouble.failed(error, sentAt: sentAt, at: now, &jitter).news
    }

    /// SQS confirmed a renewal.
    mutating func renewed(
        _ id: LeaseID, sentAt: Instant, for duration: Duration, at now: Instant
    ) {
        renewals += 1
        // One that is on its way back has longer, too, until nothing more can be done for it.
        book.renewed(id, sentAt: sentAt, for: duration, at: now)
    }

    /// A release or a delay is tried again at `due`.
    mutating func retry(_ change: VisibilitySchedule.Change, of lease: Lease, at due: Instant) {
        unreturned[lease.messageID] = lease.id
        schedule.retry(change, at: due)
    }

    /// What waits for a backoff is tried once more: there may be no later.
    mutating func retryNow(at now: Instant) { schedule.retryNow(at: now) }

    mutating func forgetOldTrouble(at now: Instant) -> Report? { trouble.forgetIfOld(at: now) }

    /// When a lease has to be looked at, or a call may go, without another event.
    mutating func nextDue() -> Instant? { earliest(schedule.due, book.nextDue()) }
}
