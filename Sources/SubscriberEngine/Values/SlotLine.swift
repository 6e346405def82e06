internal import DequeModule

/// The messages that could be worked on and wait for a slot, in the order in which they came.
///
/// What leaves the line otherwise than by its ends stays in it as a name that is passed over.
struct SlotLine: Sendable {
    private var line: Deque<LeaseID> = []
    /// How many wait: those that have left do not count.
    private(set) var count = 0
    /// The moment since which there has always been one.
    private(set) var since = Instant.start

    /// - Parameter isFirst: before all others.
    mutating func join(_ lease: LeaseID, isFirst: Bool, at now: Instant) {
        if count == 0 { since = now }
        if isFirst { line.prepend(lease) } else { line.append(lease) }
        count += 1
    }

    /// One that waits has gone its way, or got its slot.
    mutating func left() {
        count -= 1
        if count == 0 { line.removeAll(keepingCapacity: true) }
    }

    /// The next name. What it names may have left.
    mutating func takeFirst() -> LeaseID? { line.popFirst() }

    /// The latest name. What it names may have left.
    mutating func takeLast() -> LeaseID? { line.popLast() }

    /// The latest name stays.
    mutating func putBack(_ lease: LeaseID) { line.append(lease) }
}
