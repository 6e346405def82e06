import TestKit

/// The choices that the inputs of a campaign are made of.
extension SeededGenerator {
    /// The numbers of one input: no two targets get the same numbers for the same seed.
    init(seed: UInt64, target: String) {
        var mixed: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in target.utf8 { mixed = (mixed ^ UInt64(byte)) &* 0x100_0000_01B3 }
        var first = SeededGenerator(seed: seed)
        self.init(seed: mixed ^ first.next())
    }

    /// From 0 to just below the bound; 0 where the bound is 0.
    mutating func below(_ bound: Int) -> Int {
        bound > 0 ? Int(next() % UInt64(bound)) : 0
    }

    mutating func isOne(in count: Int) -> Bool { below(count) == 0 }

    /// Mostly small, now and then as large as the bound.
    mutating func size(atMost bound: Int) -> Int {
        guard bound > 1 else { return max(bound, 0) }
        let bits = below(Int.bitWidth - bound.leadingZeroBitCount) + 1
        return min(bound, 1 + below(1 << bits))
    }

    /// Something of a list that is not empty; nil of an empty one.
    mutating func pick<Item>(_ items: [Item]) -> Item? {
        items.isEmpty ? nil : items[below(items.count)]
    }
}
