/// The messages of a queue by their serials, in the order in which they came.
///
/// Neighbours share a page of 64, with no room for those that are not there: a dictionary of all is
/// half empty most of the time, and knows no order. To find, add or remove one is O(1).
struct MessageTable: Sendable {
    /// Pages that are looked at one after the other for the next message, before all are.
    private static let nearby: UInt64 = 64

    private var pages: [UInt64: MessagePage] = [:]
    private(set) var count = 0

    subscript(serial: UInt64) -> MessageRecord? {
        pages[MessagePage.number(of: serial)]?[serial]
    }

    /// Puts the message there, also in the place of another.
    mutating func put(_ record: MessageRecord, at serial: UInt64) {
        let isNew = pages[MessagePage.number(of: serial), default: MessagePage()]
            .put(record, at: serial)
        if isNew { count += 1 }
    }

    /// Changes the state of a message, where it is there.
    mutating func set(_ state: MessageState, of serial: UInt64) {
        pages[MessagePage.number(of: serial)]?.set(state, of: serial)
    }

    mutating func remove(_ serial: UInt64) -> MessageRecord? {
        guard let page = pages.index(forKey: MessagePage.number(of: serial)),
            let record = pages.values[page].remove(serial)
        else { return nil }
        count -= 1
        if pages.values[page].isEmpty { pages.remove(at: page) }
        return record
    }

    /// Lets go of the room of pages that are gone, which a dictionary keeps.
    mutating func giveBackMemory() {
        guard pages.count < pages.capacity / 4 else { return }
        pages = Dictionary(uniqueKeysWithValues: pages.map { ($0.key, $0.value) })
    }
}

/// Looking at messages in their order.
extension MessageTable {
    /// All of them.
    var all: [(serial: UInt64, record: MessageRecord)] {
        pages.keys.sorted().flatMap { number in pages[number]?.all(number) ?? [] }
    }

    /// The first message at that serial or after it, or the last at it or before; nil where none is
    /// near. Takes no longer for a long gap than for a short one.
    func near(_ serial: UInt64, isBackward: Bool) -> UInt64? {
        let start = MessagePage.number(of: serial)
        if let found = pages[start]?.next(start, from: serial, isBackward: isBackward) {
            return found
        }
        for distance in 1...Self.nearby {
            guard !isBackward || distance <= start else { return nil }
            let number = isBackward ? start - distance : start + distance
            if let page = pages[number] { return page.edge(number, isLast: isBackward) }
        }
        return nil
    }

    /// What ``near(_:isBackward:)`` looks for, beyond the page of that serial and however far.
    /// Looks at all pages.
    func far(_ serial: UInt64, isBackward: Bool) -> UInt64? {
        let start = MessagePage.number(of: serial)
        let number =
            isBackward
            ? pages.keys.lazy.filter { $0 < start }.max()
            : pages.keys.lazy.filter { $0 > start }.min()
        return number.flatMap { pages[$0]?.edge($0, isLast: isBackward) }
    }
}

/// Those of 64 serials that are there.
private struct MessagePage: Sendable {
    /// Messages that there is room for, which an array keeps, although they are gone.
    private static let kept = 8

    /// A bit for each serial, the lowest for the first: as many as a word has.
    private var present: UInt64 = 0
    /// Theirs, in the order of the serials.
    private var records: [MessageRecord] = []

    var isEmpty: Bool { present == 0 }

    static func number(of serial: UInt64) -> UInt64 { serial >> 6 }

    private static func bit(of serial: UInt64) -> UInt64 { 1 << (serial & 63) }

    /// Where the message of that bit is among the records, or would be.
    private func place(of bit: UInt64) -> Int { (present & (bit - 1)).nonzeroBitCount }

    subscript(serial: UInt64) -> MessageRecord? {
        let bit = Self.bit(of: serial)
        return present & bit == 0 ? nil : records[place(of: bit)]
    }

    /// Whether there was none.
    mutating func put(_ record: MessageRecord, at serial: UInt64) -> Bool {
        let bit = Self.bit(of: serial)
        guard present & bit == 0 else {
            records[place(of: bit)] = record
            return false
        }
        records.insert(record, at: place(of: bit))
        present |= bit
        return true
    }

    mutating func set(_ state: MessageState, of serial: UInt64) {
        let bit = Self.bit(of: serial)
        if present & bit != 0 { records[place(of: bit)].state = state }
    }

    mutating func remove(_ serial: UInt64) -> MessageRecord? {
        let bit = Self.bit(of: serial)
        guard present & bit != 0 else { return nil }
        present &= ~bit
        let record = records.remove(at: place(of: bit))
        if records.capacity > Self.kept, records.count <= records.capacity / 4 {
            records = records.map { $0 }
        }
        return record
    }

    func all(_ number: UInt64) -> [(serial: UInt64, record: MessageRecord)] {
        zip(bits, records).map { (number << 6 | $0, $1) }
    }

    private var bits: some Sequence<UInt64> {
        sequence(state: present) { left in
            guard left != 0 else { return nil }
            defer { left &= left - 1 }
            return UInt64(left.trailingZeroBitCount)
        }
    }

    /// The first serial that is there at or after that one, or the last at or before it.
    func next(_ number: UInt64, from serial: UInt64, isBackward: Bool) -> UInt64? {
        let bit = Self.bit(of: serial)
        let left = isBackward ? present & (bit | (bit - 1)) : present & ~(bit - 1)
        return left == 0 ? nil : Self.edge(number, of: left, isLast: isBackward)
    }

    /// The first serial that is there, or the last. Not of an empty page.
    func edge(_ number: UInt64, isLast: Bool) -> UInt64 {
        Self.edge(number, of: present, isLast: isLast)
    }

    private static func edge(_ number: UInt64, of bits: UInt64, isLast: Bool) -> UInt64 {
        number << 6 | UInt64(isLast ? 63 - bits.leadingZeroBitCount : bits.trailingZeroBitCount)
    }
}
