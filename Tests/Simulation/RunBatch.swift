import SubscriberEngine

/// Messages that a handler was given together, in their order. What it says of those after the
/// first that is not done does not count.
final class RunBatch {
    private let leases: [LeaseID]
    private var end: Int
    private var cancelledEnd: Instant?

    init(_ leases: [LeaseID]) {
        self.leases = leases
        end = leases.count
    }

    /// When its handler, which is one, has ended for all of them: as the first that was told to end
    /// has it.
    func end(notBefore now: Instant, at proposal: Instant) -> Instant {
        let end = max(now, cancelledEnd ?? proposal)
        cancelledEnd = end
        return end
    }

    /// A run of it is over, or told to end. Answers whether what it says counts.
    func note(_ lease: LeaseID, isDone: Bool) -> Bool {
        let place = leases.firstIndex(of: lease) ?? 0
        let counts = place <= end
        if !isDone { end = min(end, place) }
        return counts
    }
}
