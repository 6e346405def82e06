import Glibc

/// Moments as this machine has them on its clock, and in its log.
package struct ClockFace {
    private let now: Int

    /// - Parameter now: seconds since 1970.
    package init(now: Int) {
        self.now = now
    }

    /// `19:14:05`, with the date before it where that is not today's.
    package func text(_ seconds: Int) -> String {
        let date = Self.format(seconds, "%Y-%m-%d")
        let time = Self.format(seconds, "%H:%M:%S")
        return date == Self.format(now, "%Y-%m-%d") ? time : "\(date) \(time)"
    }

    /// What the clock goes by: `UTC`, `CEST`.
    package var zone: String { Self.format(now, "%Z") }

    private static func format(_ seconds: Int, _ format: String) -> String {
        var (moment, parts) = (time_t(seconds), tm())
        localtime_r(&moment, &parts)
        // Longer than any of the texts above.
        return String(unsafeUninitializedCapacity: 64) { text in
            text.withMemoryRebound(to: CChar.self) {
                strftime($0.baseAddress, $0.count, format, &parts)
            }
        }
    }
}
