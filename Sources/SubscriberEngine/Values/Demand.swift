/// The messages of one subscription that are in hand or asked for, and its slots, from the shared
/// pool to a message and back.
///
/// A slot is free (granted, not used yet), reserved by a receive that is out, or leased by a
/// message that is worked on. A message in hand without one waits for it.
struct Demand: Sendable, Equatable {
    /// Granted and not used yet.
    private(set) var free = 0
    /// Promised to receives that are out.
    private(set) var reserved = 0
    /// The slots under messages that are worked on.
    private(set) var leased = 0
    /// Messages in hand that have no slot.
    private(set) var waiting = 0
    /// The messages that the receives which are out ask for.
    private(set) var asked = 0
    /// Asked of the pool and not granted yet.
    private(set) var wanted = 0
    private var returning = 0

    /// All that the pool counts as ours.
    var held: Int { free + reserved + leased + returning }

    /// The slots that are ours, and not on their way back.
    var own: Int { free + reserved + leased }

    var inHand: Int { leased + waiting }

    /// How many more messages may come, where there may be so many.
    func room(of limit: Int) -> Int { max(0, limit - inHand - asked) }

    mutating func granted(_ count: Int) {
        free += count
        wanted = max(0, wanted - count)
    }

    /// A receive for up to `count` messages goes out. Answers how many slots it takes along.
    mutating func send(_ count: Int) -> Int {
        let taken = min(count, free)
        free -= taken
        reserved += taken
        asked += count
        return taken
    }

    /// A receive came back with so many messages, which wait for a slot.
    mutating func cameBack(asked count: Int, reserved slots: Int, with messages: Int) {
        asked -= count
        let left = min(slots, reserved)
        reserved -= left
        free += left
        waiting += messages
    }

    /// Whether there is a slot for a message that waits. One that is promised to a receive is
    /// better under a message that is here.
    var hasSlot: Bool { free + reserved > 0 }

    /// A message that waits gets a slot.
    mutating func seat() {
        if free > 0 { free -= 1 } else { reserved -= 1 }
        leased += 1
        waiting -= 1
    }

    /// A message in a slot gives it up, and waits.
    mutating func rest() {
        leased -= 1
        waiting += 1
        returning += 1
    }

    /// A message in hand goes, with its slot where it has one.
    mutating func left(hasSlot: Bool) {
        guard hasSlot else { return waiting -= 1 }
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
