internal import DequeModule

/// The visibility timeouts to be changed, gathered into calls of up to ten: renewals of leases,
/// releases, and messages that come back after a delay.
///
/// Renewals and releases go at once; a delay waits for others to fill the call, as a delete does.
struct VisibilitySchedule: Sendable {
    /// ChangeMessageVisibilityBatch takes ten entries at most.
    static let size = 10

    enum Purpose: Sendable, Equatable {
        case renewal(Duration)
        case release
        /// Comes back at the moment given.
        case delay(until: Instant)
    }

    struct Change: Sendable, Equatable {
        let lease: LeaseID
        let purpose: Purpose
    }

    struct Call: Sendable {
        let sentAt: Instant
        let changes: [Change]
    }

    private var renewals: Deque<Change> = []
    private var returns: Deque<Change> = []
    private var flushAt: Instant?
    private var retries = DueQueue<Change>()
    private var heldUntil: Instant?
    private var calls: [BatchID: Call] = [:]

    mutating func renew(_ lease: LeaseID, for duration: Duration) {
        renewals.append(Change(lease: lease, purpose: .renewal(duration)))
    }

    /// The message is to be visible again: now, or at `moment`.
    mutating func giveBack(_ lease: LeaseID, at moment: Instant?, now: Instant, atOnce: Bool) {
        let purpose = moment.map { Purpose.delay(until: $0) } ?? .release
        returns.append(Change(lease: lease, purpose: purpose))
        let waits = moment != nil && !atOnce
        flushAt = earliest(flushAt, waits ? now + DeleteBatch.linger : now)
    }

    /// The next call that is due, if any, as candidates: the caller drops what is void by now, then
    /// says ``sent(_:as:at:)``.
    mutating func take(at now: Instant) -> [Change]? {
        while let change = retries.popDue(at: now) { returns.append(change) }
        let mayReturn = !returns.isEmpty && areReturnsDue(at: now)
        guard !renewals.isEmpty || mayReturn else { return nil }
        var batch = Array(renewals.prefix(Self.size))
        renewals.removeFirst(batch.count)
        if mayReturn {
            let more = returns.prefix(Self.size - batch.count)
            batch.append(contentsOf: more)
            returns.removeFirst(more.count)
            if returns.isEmpty { flushAt = nil }
        }
        return batch
    }

    mutating func sent(_ changes: [Change], as batch: BatchID, at now: Instant) {
        calls[batch] = Call(sentAt: now, changes: changes)
    }

    /// The call that was answered.
    mutating func answered(_ batch: BatchID) -> Call? {
        calls.removeValue(forKey: batch)
    }

    /// A release or delay that is to be tried again.
    mutating func retry(_ change: Change, at due: Instant) {
        retries.insert(change, due: due)
    }

    /// No call succeeds at present: releases and delays wait, or go on (nil). Renewals never wait:
    /// they are paced by their lease.
    mutating func hold(until moment: Instant?) {
        heldUntil = moment
    }

    /// No backoff counts any more.
    mutating func retryNow(at now: Instant) {
        heldUntil = nil
        while let change = retries.removeFirst() { returns.append(change) }
        flushAt = now
    }

    /// When ``take(at:)`` is worth calling again without another event.
    var due: Instant? {
        let next = earliest(returns.isEmpty ? nil : flushAt ?? .start, retries.first?.due)
        guard let next, let heldUntil else { return next }
        return max(next, heldUntil)
    }

    private func areReturnsDue(at now: Instant) -> Bool {
        if let heldUntil, now < heldUntil { return false }
        return returns.count >= Self.size || (flushAt.map { $0 <= now } ?? true)
    }
}
