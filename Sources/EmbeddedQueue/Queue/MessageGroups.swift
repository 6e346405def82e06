import DequeModule

/// The order of a FIFO queue: each group's messages in the order they were sent, and which groups
/// may be received from.
///
/// A group gives its messages in order, up to the first that is in flight or delayed. So nothing of
/// it comes while its first is in flight, and what is released comes again although later ones are
/// still out. Recorded from Amazon SQS.
struct MessageGroups: Sendable {
    private struct Group {
        /// All its messages by serial, in order. Those in flight are among the first: there is no
        /// receiving past them.
        var messages = Deque<UInt64>()
        var isOffered = false
    }

    private var groups: [String: Group] = [:]
    /// Groups to receive from, the longest offered first. May hold names that no longer stand.
    private var offered = Deque<String>()

    mutating func append(_ serial: UInt64, to name: String) {
        groups[name, default: Group()].messages.append(serial)
    }

    /// The message that has that many others of the group before it.
    func message(of name: String, at place: Int) -> UInt64? {
        guard let messages = groups[name]?.messages, place < messages.count else { return nil }
        return messages[place]
    }

    /// Makes the group available. Only for a group whose first message is visible.
    mutating func offer(_ name: String) {
        guard let group = groups[name], !group.isOffered else { return }
        groups[name]?.isOffered = true
        offered.append(name)
    }

    /// The next group to receive from; its first message may have left it meanwhile.
    var first: String? {
        mutating get {
            while let name = offered.first {
                if groups[name]?.isOffered == true { return name }
                offered.removeFirst()
            }
            return nil
        }
    }

    /// Takes the next group to receive from. It must be offered again once it may give more.
    mutating func next() -> String? {
        guard let name = first else { return nil }
        offered.removeFirst()
        groups[name]?.isOffered = false
        return name
    }

    /// Lets go of the room of groups that are gone, which a dictionary keeps.
    mutating func giveBackMemory() {
        groups = Dictionary(uniqueKeysWithValues: groups.map { ($0.key, $0.value) })
        offered = Deque(offered.filter { groups[$0]?.isOffered == true })
    }

    /// A message is gone. Those that go are among the first, so that it is found at once.
    mutating func remove(_ serial: UInt64, from name: String) {
        guard let place = groups[name]?.messages.firstIndex(of: serial) else { return }
        groups[name]?.messages.remove(at: place)
        if groups[name]?.messages.isEmpty == true { groups[name] = nil }
    }
}
