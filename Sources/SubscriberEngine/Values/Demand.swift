/// The slots of one subscription, from the shared pool to a message and back.
///
/// A slot is free (granted, not used yet), reserved by a receive that is out, or leased by a
/// message. Nothing is received without a slot reserved for it, so the daemon never holds more
/// messages than slots.
struct Demand: Sendable, Equatable {
    /// Granted and not used yet.
    private(set) var free = 0
    /// Promised to receives that are out.
    private(set) var reserved = 0
    /// The slots under messages that wait or run.
    private(set) var leased = 0
    /// Asked of the pool and not granted yet.
    private(set) var wanted = 0
    private var returning = 0

    /// All that the pool counts as ours.
    var held: Int { free + reserved + leased + returning }

    /// How many more messages the handlers have room for.
    func room(capacity: Int) -> Int { max(0, capacity - leased - reserved) }

    mutating func granted(_ count: Int) {
        free += count
        wanted = max(0, wanted - count)
    }

    /// A receive for up to `count` messages goes out.
    mutating func reserve(_ count: Int) {
        free -= count
        reserved += count
    }

    /// A receive came back: of the slots it reserved, `used` are under messages now.
    mutating func settled(reserved count: Int, used: Int) {
        reserved -= count
        leased += used
        returning += count - used
    }

    /// A message gave its slot up.
    mutating func vacated() {
        leased -= 1
        returning += 1
    }

    /// Free slots beyond `count` go back.
    mutating func keepFree(atMost count: Int) {
        guard free > count else { return }
        returning += free - count
        free = count
    }

    /// The slots to give back to the pool now.
    mutating func takeReturning() -> Int {
        defer { returning = 0 }
        return returning
    }

    /// How many more slots are needed. True when the pool has to be told.
    mutating func want(_ count: Int) -> Bool {
        guard count != wanted else { return false }
        wanted = count
        return true
    }
}
