/// Random numbers that follow from their seed alone: SplitMix64 (Steele, Lea, Flood, 2014).
struct RandomSource: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    /// Of one input: no two targets get the same numbers for the same seed.
    init(seed: UInt64, target: String) {
        var mixed: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in target.utf8 { mixed = (mixed ^ UInt64(byte)) &* 0x100_0000_01B3 }
        var first = RandomSource(seed: seed)
        self.init(seed: mixed ^ first.next())
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
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
