internal import DequeModule

/// The messages that could be worked on and wait for a slot, in the order in which they came.
///
/// What leaves the line otherwise than by its ends stays in it as a name that is passed over.
struct SlotLine: Sendable {
    private var line: Deque<LeaseID> = []
    /// How many wait: those that have left do not count.
    private(set) var count = 0
    /// How many others would start with them, if there were slots for these as well.
    private(set) var fellows = 0
    /// The moment since which there has always been one.
    private(set) var since = Instant.start

    /// - Parameters:
    ///   - isFirst: before all others.
    ///   - fellows: how many would start with it.
    mutating func join(_ lease: LeaseID, isFirst: Bool, fellows: Int, at now: Instant) {
        if count == 0 { since = now }
        if isFirst { line.prepend(lease) } else { line.append(lease) }
        count += 1
        self.fellows += fellows
    }

    /// One that waits has gone its way, or got its slot.
    mutating func left(fellows: Int) {
        count -= 1
        self.fellows -= fellows
        if count == 0 { line.removeAll(keepingCapacity: true) }
    }

    /// The next name. What it names may have left.
    mutating func takeFirst() -> LeaseID? { line.popFirst() }

    /// The latest name. What it names may have left.
    mutating func takeLast() -> LeaseID? { line.popLast() }

    /// The latest name stays.
    mutating func putBack(_ lease: LeaseID) { line.append(lease) }
}
