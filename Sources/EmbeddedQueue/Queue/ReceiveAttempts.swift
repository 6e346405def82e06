import DequeModule

/// The receives of the last five minutes that carried a `ReceiveRequestAttemptId`, so that one
/// whose answer was lost can be repeated.
struct ReceiveAttempts: Sendable {
    struct Lease: Sendable, Equatable {
        let serial: UInt64
        let nonce: UInt64
    }

    struct Entry: Sendable, Equatable {
        let id: String
        let made: StoreInstant
        let leases: [Lease]
    }

    private var leases: [String: (made: StoreInstant, leases: [Lease])] = [:]
    private var order = Deque<(made: StoreInstant, id: String)>()

    /// What the receive with this id took; nil where there was none, or too long ago.
    mutating func leases(of id: String, at now: StoreInstant) -> [Lease]? {
        while let oldest = order.first, oldest.made + StoreLimits.deduplication <= now {
            // The id may stand for a later receive by now.
            if leases[oldest.id]?.made == oldest.made { leases[oldest.id] = nil }
            order.removeFirst()
        }
        return leases[id]?.leases
    }

    /// The entries must come in the order of their times.
    mutating func remember(_ entry: Entry) {
        leases[entry.id] = (entry.made, entry.leases)
        order.append((entry.made, entry.id))
    }
}
