extension Duration {
    /// The duration as people read it: `850 µs`, `12 ms`, `3.2 s`, `5 min 20 s`.
    package var readable: String {
        let microseconds = microseconds
        switch microseconds {
        case ..<1_000: return "\(microseconds) µs"
        case ..<1_000_000: return "\(microseconds / 1_000) ms"
        case ..<60_000_000:
            let tenths = microseconds / 100_000
            return tenths.isMultiple(of: 10)
                ? "\(tenths / 10) s" : "\(tenths / 10).\(tenths % 10) s"
        default:
            let seconds = microseconds / 1_000_000
            let (minutes, rest) = (seconds / 60, seconds % 60)
            if minutes >= 60 {
                let hours = "\(minutes / 60) h"
                return minutes.isMultiple(of: 60) ? hours : "\(hours) \(minutes % 60) min"
            }
            return rest == 0 ? "\(minutes) min" : "\(minutes) min \(rest) s"
        }
    }

    package var microseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds * 1_000_000 + attoseconds / 1_000_000_000_000
    }
}
