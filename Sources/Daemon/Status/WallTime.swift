import Glibc
package import SubscriberEngine
import Systemd

/// Tells moments of the daemon's clock in local time, as a person reads them off a clock.
package struct WallTime: Sendable {
    private let now: Instant
    private let seconds: Int

    /// - Parameters:
    ///   - now: by the daemon's clock.
    ///   - seconds: the same moment in seconds since 1970.
    package init(now: Instant, seconds: Int = time(nil)) {
        self.now = now
        self.seconds = seconds
    }

    /// `19:14:05`, and the date before it where that is not today's.
    package func text(_ moment: Instant) -> String {
        let then = Self.local(seconds + Int((moment - now).components.seconds))
        let isToday = then.prefix(Self.dateLength) == Self.local(seconds).prefix(Self.dateLength)
        return String(isToday ? then.dropFirst(Self.dateLength + 1) : then[...])
    }

    /// The moment in seconds since 1970.
    func seconds(_ moment: Instant) -> Double { Double(seconds) + (moment - now).inSeconds }

    /// `2026-03-29 14:05:09`.
    private static func local(_ seconds: Int) -> String {
        String("\(LocalTime(timespec(tv_sec: seconds, tv_nsec: 0)))".prefix { $0 != "." })
    }

    private static let dateLength = "2026-03-29".count
}
