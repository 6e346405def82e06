/// The leases in hand, and when each has to be looked at.
///
/// Deadlines are kept in a heap with lazy deletion: an event costs the logarithm of the leases, not
/// their number.
struct LeaseBook: Sendable {
    /// SQS hides a message for 12 h from its receive at most; an extension beyond it is an error,
    /// not clamped (Developer Guide, visibility timeout).
    static let ceiling = Duration.seconds(12 * 3600)
    /// AWS names 43,195 s as an extension that works right after the receive where 43,200 s fails;
    /// a little more covers the difference of two clocks over 12 hours.
    static let ceilingMargin = Duration.seconds(10)
    /// A handler is cancelled this part of its lease before the lease lapses, so that it is gone
    /// before another host can have the message …
    static let cancelLeadPart = 8
    /// … but not earlier than this, which gives a program all the time it has from SIGTERM to
    /// SIGKILL, 5 s, and a moment more …
    static let cancelLeadMaximum = Duration.seconds(6)
    /// … nor later than this: killing a program takes a busy machine a moment, and one that heeds
    /// its SIGTERM needs another.
    static let cancelLeadMinimum = Duration.milliseconds(500)
    /// A renewal that failed, or was not answered, is repeated after this part of the lease.
    static let repeatPart = 8

    /// How a lease stands when the book looks at it.
    enum Standing: Equatable {
        case nothing
        case renew(for: Duration)
        /// It cannot be kept.
        case lost(LeaseLoss)
        /// It was to lapse, and has.
        case lapsed
    }

    private var leases = SerialTable<LeaseID, Lease>()
    private var agenda = DueQueue<LeaseID>()

    var ids: [LeaseID] { leases.ids.sorted() }

    subscript(id: LeaseID) -> Lease? {
        _read { yield leases[id] }
        _modify { yield &leases[id] }
    }

    /// Whether there is another open delivery of the message. Looks at all.
    func hasOther(_ id: LeaseID, of messageID: String) -> Bool {
        leases.values.contains { $0.messageID == messageID && $0.id != id && $0.ending == nil }
    }

    mutating func remove(_ id: LeaseID) {
        leases[id] = nil
    }

    /// A lease begins: `timeout` from the moment its receive was sent.
    mutating func admit(_ lease: Lease, timeout: Duration, at now: Instant) {
        var lease = lease
        lease.until = lease.receivedAt + timeout
        lease.span = timeout
        let slack = Self.cancelAt(lease) - now
        lease.isInDoubt = slack < timeout / Self.repeatPart
        lease.isRenewalNext = true
        leases[lease.id] = lease
        schedule(lease.id, at: lease.isInDoubt ? now : now + slack / 2)
    }

    /// A renewal was confirmed: `duration` from the moment it was sent.
    mutating func renewed(_ id: LeaseID, sentAt: Instant, for duration: Duration, at now: Instant) {
        guard var lease = leases[id], !lease.isLost else { return }
        let wasInDoubt = lease.isInDoubt
        lease.until = max(lease.until, sentAt + duration)
        lease.span = duration
        lease.isInDoubt = false
        // One that comes so late leaves no time to run anything; the next may come sooner.
        let isLate = Self.cancelAt(lease) - now < duration / Self.repeatPart
        if wasInDoubt, isLate {
            // It is ours for so long all the same, should it be given back.
            leases[id]?.until = lease.until
            return
        }
        lease.isRenewalNext = true
        leases[id] = lease
        schedule(id, at: max(now, now + (Self.cancelAt(lease) - now) / 2))
    }

    mutating func schedule(_ id: LeaseID, at due: Instant?) {
        leases[id]?.due = due
        guard let due else { return }
        agenda.insert(id, due: due)
        if agenda.count > 2 * leases.count + 64 { compact() }
    }

    /// The next lease that is due now, or (`ahead`) so soon that it may as well share a call.
    mutating func popDue(at now: Instant, ahead: Bool = false) -> LeaseID? {
        dropStale()
        guard let first = agenda.first, let lease = leases[first.element] else { return nil }
        let horizon = ahead ? now + lease.span / Self.repeatPart : now
        guard first.due <= horizon, !ahead || lease.isRenewalNext else { return nil }
        agenda.removeFirst()
        leases[first.element]?.due = nil
        return first.element
    }

    /// When the next lease is due.
    mutating func nextDue() -> Instant? {
        dropStale()
        return agenda.first?.due
    }

    /// When the next lease that is held is renewed. Looks at all.
    var nextRenewal: Instant? {
        leases.values.filter { $0.phase != .returning && $0.ending == nil && !$0.isLost }
            .compactMap(\.due).min()
    }

    /// What is to be done about a lease that is due, and when to look again.
    ///
    /// - Parameters:
    ///   - timeout: what a renewal asks for.
    ///   - mayRenew: false for a lease that waits behind a handler that does not return.
    mutating func examine(
        _ id: LeaseID, timeout: Duration, mayRenew: Bool, at now: Instant
    ) -> Standing {
        guard let lease = leases[id], !lease.isLost else { return .nothing }
        leases[id]?.isRenewalNext = false
        if lease.phase == .returning {
            guard now < lease.lapsesBy else { return .lapsed }
            schedule(id, at: lease.lapsesBy)
            return .nothing
        }
        let end = Self.cancelAt(lease)
        let last = Self.latestEnd(lease)
        let renewal = min(timeout, last - now).wholeSecondsDown
        let gains = lease.isInDoubt ? renewal >= .seconds(1) : now + renewal > lease.until
        if now >= end {
            let ended = mayRenew ? (gains ? LeaseLoss.unanswered : .ceiling) : .heldBack
            return .lost(ended)
        }
        guard mayRenew, gains else {
            schedule(id, at: end)
            return .nothing
        }
        schedule(id, at: min(end, now + lease.span / Self.repeatPart))
        return .renew(for: renewal)
    }

    /// The longest delay that SQS still grants the lease.
    func longestDelay(_ lease: Lease, at now: Instant) -> Duration {
        max(.zero, Self.latestEnd(lease) - now)
    }

    private static func latestEnd(_ lease: Lease) -> Instant {
        lease.receivedAt + ceiling - ceilingMargin
    }

    /// When a lease that was not renewed is given up. One that is in doubt runs nothing, so it may
    /// wait for its confirmation as long as a lease would last.
    private static func cancelAt(_ lease: Lease) -> Instant {
        if lease.isInDoubt { return lease.lapsesBy }
        return lease.until
            - max(min(lease.span / cancelLeadPart, cancelLeadMaximum), cancelLeadMinimum)
    }

    private mutating func dropStale() {
        while let first = agenda.first, leases[first.element]?.due != first.due {
            agenda.removeFirst()
        }
    }

    private mutating func compact() {
        let leases = leases
        agenda.keep { due, id in leases[id]?.due == due }
    }
}
