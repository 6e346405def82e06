import DequeModule

/// The order of a FIFO queue: each group's messages in the order they were sent, and which groups
/// may be received from.
///
/// A group with a message in flight gives nothing more until that is deleted or visible again.
struct MessageGroups: Sendable {
    private struct Group {
        /// Delayed and visible messages by serial, in order. Those in flight are not among them.
        var waiting = Deque<UInt64>()
        var inFlight = 0
        var isOffered = false
    }

    private var groups: [String: Group] = [:]
    /// Groups to receive from, the longest offered first. May hold names that no longer stand.
    private var offered = Deque<String>()

    mutating func append(_ serial: UInt64, to name: String) {
        groups[name, default: Group()].waiting.append(serial)
    }

    /// The message that must be delivered before all others of the group.
    func head(of name: String) -> UInt64? {
        groups[name]?.waiting.first
    }

    /// Makes the group available. Only for a group whose head is visible; without effect while one
    /// of its messages is in flight.
    mutating func offer(_ name: String) {
        guard let group = groups[name], group.inFlight == 0, !group.isOffered else { return }
        groups[name]?.isOffered = true
        offered.append(name)
    }

    /// The next group to receive from; its head may have left it meanwhile.
    var first: String? {
        mutating get {
            while let name = offered.first {
                if let group = groups[name], group.isOffered, group.inFlight == 0 { return name }
                groups[name]?.isOffered = false
                offered.removeFirst()
            }
            return nil
        }
    }

    /// Takes the next group to receive from. It must be offered again once it may give more.
    mutating func next() -> String? {
        while let name = offered.popFirst() {
            guard let group = groups[name], group.isOffered else { continue }
            groups[name]?.isOffered = false
            if group.inFlight == 0 { return name }
        }
        return nil
    }

    /// The head is received.
    mutating func lockHead(of name: String) {
        guard groups[name]?.waiting.popFirst() != nil else { return }
        groups[name]?.inFlight += 1
    }

    /// A message in flight is visible again: it takes its old place. At most as many others come
    /// before it as one receive takes, since a locked group gives nothing.
    mutating func putBack(_ serial: UInt64, in name: String) {
        guard let waiting = groups[name]?.waiting else { return }
        let place = waiting.firstIndex { $0 > serial } ?? waiting.endIndex
        groups[name]?.waiting.insert(serial, at: place)
        groups[name]?.inFlight -= 1
    }

    /// A message in flight is gone.
    mutating func finish(in name: String) {
        groups[name]?.inFlight -= 1
        forgetIfEmpty(name)
    }

    /// A waiting message is gone; the heads go first, so it is found at once.
    mutating func drop(_ serial: UInt64, from name: String) {
        if let place = groups[name]?.waiting.firstIndex(of: serial) {
            groups[name]?.waiting.remove(at: place)
        }
        forgetIfEmpty(name)
    }

    private mutating func forgetIfEmpty(_ name: String) {
        if let group = groups[name], group.waiting.isEmpty, group.inFlight == 0 {
            groups[name] = nil
        }
    }
}
