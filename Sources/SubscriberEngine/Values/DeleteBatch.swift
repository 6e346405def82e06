internal import DequeModule

/// The messages to be deleted, gathered into calls of up to ten.
///
/// A message waits up to ``linger`` for others to fill the call. What failed waits for its backoff;
/// while no delete succeeds at all, everything waits, so that an outage sees one call per backoff
/// rather than one per message.
struct DeleteBatch: Sendable {
    /// DeleteMessageBatch takes ten entries at most.
    static let size = 10
    /// Long enough to fill a call at 300 messages/s, short against every visibility timeout.
    static let linger = Duration.milliseconds(30)
    /// Calls out at once, as many as receives: beyond it, entries gather into fuller calls instead.
    static let callsAtOnce = 64

    struct Call: Sendable {
        let sentAt: Instant
        let leases: [LeaseID]
    }

    private var pending: Deque<LeaseID> = []
    private var flushAt: Instant?
    private var retries = DueQueue<LeaseID>()
    private var heldUntil: Instant?
    private var calls: [BatchID: Call] = [:]

    mutating func add(_ lease: LeaseID, at now: Instant, atOnce: Bool) {
        pending.append(lease)
        let due = atOnce ? now : now + Self.linger
        flushAt = earliest(flushAt, due)
    }

    /// The next call that is due, if any, as candidates: the caller drops what is no longer to be
    /// deleted, then says ``sent(_:as:)``.
    mutating func take(at now: Instant) -> [LeaseID]? {
        while let lease = retries.popDue(at: now) { pending.append(lease) }
        guard calls.count < Self.callsAtOnce, !pending.isEmpty, !isHeld(at: now) else { return nil }
        guard pending.count >= Self.size || isLingered(at: now) else { return nil }
        let batch = Array(pending.prefix(Self.size))
        pending.removeFirst(batch.count)
        if pending.isEmpty { flushAt = nil }
        return batch
    }

    mutating func sent(_ leases: [LeaseID], as batch: BatchID, at now: Instant) {
        calls[batch] = Call(sentAt: now, leases: leases)
    }

    /// The call that was answered.
    mutating func answered(_ batch: BatchID) -> Call? {
        calls.removeValue(forKey: batch)
    }

    /// A delete that is to be tried again.
    mutating func retry(_ lease: LeaseID, at due: Instant) {
        retries.insert(lease, due: due)
    }

    /// Nothing can be deleted at present: wait, or go on (nil).
    mutating func hold(until moment: Instant?) {
        heldUntil = moment
    }

    /// No backoff counts any more.
    mutating func retryNow(at now: Instant) {
        heldUntil = nil
        while let lease = retries.removeFirst() { pending.append(lease) }
        flushAt = now
    }

    /// When ``take(at:)`` is worth calling again without another event.
    var due: Instant? {
        guard calls.count < Self.callsAtOnce else { return nil }
        let next = earliest(pending.isEmpty ? nil : flushAt ?? .start, retries.first?.due)
        guard let next, let heldUntil else { return next }
        return max(next, heldUntil)
    }

    private func isHeld(at now: Instant) -> Bool {
        heldUntil.map { now < $0 } ?? false
    }

    /// Entries that came from a retry have lingered enough.
    private func isLingered(at now: Instant) -> Bool {
        flushAt.map { $0 <= now } ?? true
    }
}
