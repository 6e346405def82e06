import HTTP

/// The engine's randomness: SplitMix64 (Steele, Lea, Flood: "Fast splittable pseudorandom number
/// generators", 2014), so that one seed makes one run, on every machine.
///
/// Not for secrets.
package struct Jitter: Sendable {
    private var state: UInt64

    package init(seed: UInt64) {
        state = seed
    }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// A number from 0 to below 1.
    package mutating func fraction() -> Double {
        Double(next() >> 11) * 0x1p-53
    }

    /// 128 random bits as 32 hexadecimal digits.
    mutating func identifier() -> String {
        String(hexadecimal: next(), digits: 16) + String(hexadecimal: next(), digits: 16)
    }
}
