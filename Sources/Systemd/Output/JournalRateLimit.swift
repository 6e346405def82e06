import FoundationEssentials

/// journald's limit of what a service may log: entries beyond it are dropped, although journald has
/// taken them. A unit lifts it for itself by `LogRateLimitIntervalSec=`, systemd.exec(5).
package enum JournalRateLimit {
    /// An interval in which nobody reaches the limit, which is thousands of entries: 1 ms. 0 would
    /// say so better, but systemd 252 keeps it from journald.
    private static let shortestInterval = 1000

    /// The unit of this process, where the limit may be in force for it; nil where it is lifted, or
    /// there is no unit. journald.conf(5) may lift it for all, which is not looked at.
    ///
    /// - Parameters:
    ///   - cgroups: what /proc/self/cgroup says.
    ///   - units: where systemd tells journald of units: a link, whose text is in microseconds.
    package static func limitedUnit(
        cgroups: String = JournalRateLimit.ownCgroups, units: String = "/run/systemd/units"
    ) -> String? {
        guard let unit = unit(cgroups) else { return nil }
        let link = "\(units)/log-rate-limit-interval:\(unit)"
        let interval = try? FileManager.default.destinationOfSymbolicLink(atPath: link)
        guard let interval = interval.flatMap({ Int($0) }) else { return unit }
        return interval > shortestInterval ? unit : nil
    }

    /// The first part of the path of systemd's hierarchy that is no slice, as journald has it.
    private static func unit(_ cgroups: String) -> String? {
        let lines = cgroups.split(separator: "\n").map { $0.split(separator: ":", maxSplits: 2) }
        let path =
            lines.first { $0.count == 3 && $0[1] == "name=systemd" }?.last
            ?? lines.first { $0.first == "0" }?.last
        let parts = path?.split(separator: "/") ?? []
        return parts.first { !$0.hasSuffix(".slice") }
            .flatMap { $0.hasSuffix(".service") ? String($0) : nil }
    }

    package static var ownCgroups: String {
        (try? String(contentsOfFile: "/proc/self/cgroup", encoding: .utf8)) ?? ""
    }
}
