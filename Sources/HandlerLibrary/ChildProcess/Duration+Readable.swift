extension Duration {
    /// The duration as people read it: `250 ms`, `1.5 s`, `5 min`, `2 h 30 min`.
    var readable: String {
        let (seconds, attoseconds) = components
        let milliseconds = seconds * 1_000 + attoseconds / 1_000_000_000_000_000
        switch milliseconds {
        case ..<1_000: return "\(milliseconds) ms"
        case ..<60_000:
            let tenths = milliseconds / 100
            return tenths.isMultiple(of: 10)
                ? "\(tenths / 10) s" : "\(tenths / 10).\(tenths % 10) s"
        default:
            let (hours, minutes, rest) = (seconds / 3_600, seconds / 60 % 60, seconds % 60)
            let parts = [(hours, "h"), (minutes, "min"), (rest, "s")].filter { $0.0 > 0 }
            return parts.map { "\($0.0) \($0.1)" }.joined(separator: " ")
        }
    }
}
