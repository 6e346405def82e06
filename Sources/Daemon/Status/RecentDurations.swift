package import SubscriberEngine

/// How long things took in the last quarter of an hour, for the median and the like.
///
/// Counted by size, four sizes to a doubling, so that what is told is off by an eighth at most, and
/// costs the same however many there were.
package struct RecentDurations: Sendable {
    /// What is counted of one minute.
    private struct Minute {
        let number: Int64
        var counts = [UInt32](repeating: 0, count: RecentDurations.sizes)
    }

    /// A quarter of an hour, and the minute that has begun.
    private static let minutes = 16
    private static let perDoubling = 4
    /// The number of sizes: from 1 µs on to more than 12 hours, for which SQS lets nobody hold a
    /// message.
    private static let sizes = 37 * perDoubling

    private var kept: [Minute] = []

    package init() {}

    package mutating func note(_ duration: Duration, at now: Instant) {
        let number = now.sinceStart.components.seconds / 60
        if kept.last?.number != number {
            kept.removeAll { $0.number <= number - Int64(Self.minutes) }
            kept.append(Minute(number: number))
        }
        kept[kept.count - 1].counts[Self.size(of: duration)] &+= 1
    }

    /// The duration that so large a part did not exceed; nil where there were none.
    package func quantile(_ part: Double, at now: Instant) -> Duration? {
        let first = now.sinceStart.components.seconds / 60 - Int64(Self.minutes)
        let counted = kept.filter { $0.number > first }
        var total = [Int](repeating: 0, count: Self.sizes)
        for minute in counted {
            for (size, count) in minute.counts.enumerated() { total[size] += Int(count) }
        }
        let all = total.reduce(0, +)
        guard all > 0 else { return nil }
        var left = max(1, Int((Double(all) * part).rounded(.up)))
        for (size, count) in total.enumerated() {
            left -= count
            if left <= 0 { return Self.middle(of: size) }
        }
        return nil
    }

    private static func size(of duration: Duration) -> Int {
        let (seconds, attoseconds) = duration.components
        let microseconds = seconds * 1_000_000 + attoseconds / 1_000_000_000_000
        let value = UInt64(max(Int64(perDoubling), microseconds))
        let doublings = 63 - value.leadingZeroBitCount
        let place = Int(value >> UInt64(doublings - 2)) & (perDoubling - 1)
        return min((doublings - 2) * perDoubling + place, sizes - 1)
    }

    private static func middle(of size: Int) -> Duration {
        let unit = Int64(1) << Int64(size / perDoubling)
        let least = Int64(perDoubling + size % perDoubling) * unit
        return .microseconds(least + unit / 2)
    }
}
