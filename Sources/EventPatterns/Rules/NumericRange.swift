import JSON

/// What `numeric` asks for: numbers between two bounds, of which one may be missing.
struct NumericRange: Sendable, Equatable {
    /// The lower bound in millionths, inclusive, as ``JSONNumber/millionths``.
    let lowest: Int64
    let highest: Int64

    func contains(_ number: JSONNumber) -> Bool {
        guard let value = number.millionths else { return false }
        return lowest <= value && value <= highest
    }
}
