/// A number that is given in order, from 1 on, and never twice.
package protocol SerialNumber: Hashable, Sendable {
    var value: UInt64 { get }
    init(_ value: UInt64)
}

/// Values by serial numbers, of which few are in use at once, most of them near each other: those
/// of the messages in hand.
///
/// A number has its place in a ring, without hashing, and its value is changed where it lies. Only
/// numbers whose place is still held, since the ring came round to it, go into a dictionary. Half
/// of the ring is free, or it grows; it is small again when nothing is in use any more.
package struct SerialTable<ID: SerialNumber, Value: Sendable>: Sendable {
    /// Three receives.
    private static var smallest: Int { 32 }

    /// Whose each place is; 0 where it is free.
    private var holders: [UInt64] = []
    private var places: [Value?] = []
    private var others: [ID: Value] = [:]
    package private(set) var count = 0

    package init() {
        clear(Self.smallest)
    }

    package var isEmpty: Bool { count == 0 }

    /// The numbers in use, in no order.
    package var ids: [ID] { holders.lazy.filter { $0 != 0 }.map(ID.init) + others.keys }

    /// All values, in no order.
    package var values: [Value] { places.compactMap(\.self) + others.values }

    package subscript(id: ID) -> Value? {
        _read {
            let place = place(of: id)
            if holders[place] == id.value {
                yield places[place]
            } else if others.isEmpty {
                yield nil
            } else {
                yield others[id]
            }
        }
        _modify {
            let place = place(of: id)
            let isPlaced = holders[place] == id.value
            if isPlaced || (holders[place] == 0 && (others.isEmpty || others[id] == nil)) {
                defer {
                    if case nil = places[place] {
                        holders[place] = 0
                        if isPlaced { left() }
                    } else if !isPlaced {
                        holders[place] = id.value
                        came()
                    }
                }
                yield &places[place]
            } else {
                let earlier = others.count
                defer {
                    if others.count < earlier { left() }
                    if others.count > earlier { came() }
                }
                yield &others[id]
            }
        }
    }

    package mutating func removeAll() {
        others = [:]
        count = 0
        clear(Self.smallest)
    }

    private func place(of id: ID) -> Int { Int(truncatingIfNeeded: id.value) & (holders.count - 1) }

    private mutating func came() {
        count += 1
        guard count > holders.count / 2 else { return }
        let held = ids.map { ($0, self[$0]) }
        others = [:]
        count = 0
        clear(2 * holders.count)
        for (id, value) in held { self[id] = value }
    }

    private mutating func left() {
        count -= 1
        if count == 0, holders.count > Self.smallest { clear(Self.smallest) }
    }

    private mutating func clear(_ size: Int) {
        holders = Array(repeating: 0, count: size)
        places = Array(repeating: nil, count: size)
    }
}
