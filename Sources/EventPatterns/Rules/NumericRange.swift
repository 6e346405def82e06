import JSON

/// What `numeric` asks for: numbers between two bounds, of which one may be missing.
struct NumericRange: Sendable, Equatable {
    let lower: Bound?
    let upper: Bound?

    /// An end of a range.
    struct Bound: Sendable, Equatable {
        let number: JSONNumber
        let isIncluded: Bool
    }

    func contains(_ number: JSONNumber) -> Bool {
        if let lower, !Self.precedes(lower.number, number, orEquals: lower.isIncluded) {
            return false
        }
        return upper.map { Self.precedes(number, $0.number, orEquals: $0.isIncluded) } ?? true
    }

    /// Exact for what EventBridge documents, from -5e9 to 5e9 with six decimal places; for all else
    /// as near as a `Double` is, as event-ruler compares numbers.
    static func precedes(
        _ one: JSONNumber, _ other: JSONNumber, orEquals: Bool = false
    ) -> Bool {
        if let one = one.millionths, let other = other.millionths {
            return orEquals ? one <= other : one < other
        }
        return orEquals ? one.double <= other.double : one.double < other.double
    }
}
