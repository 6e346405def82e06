import FoundationEssentials
import Systemd
import TestKit
import Testing

struct JournalRateLimitTests {
    private static let hybrid = """
        12:memory:/elsewhere
        1:name=systemd:/system.slice/sqs.service
        0::/system.slice/sqs.service
        """

    @Test(arguments: [
        (hybrid, "sqs.service"),
        ("0::/system.slice/sqs.service", "sqs.service"),
        ("0::/system.slice/system-sqs.slice/sqs@1.service", "sqs@1.service"),
        ("0::/user.slice/user-7.slice/user@7.service/app.slice/sqs.service", "user@7.service"),
        ("0::/user.slice/user-7.slice/session-1.scope", nil), ("0::/", nil), ("", nil),
        ("nonsense", nil),
    ])
    func `the unit is that which journald counts for`(cgroups: String, unit: String?) {
        let found = JournalRateLimit.limitedUnit(cgroups: cgroups, units: "/nonexistent")
        #expect(found == unit)
    }

    @Test(arguments: [("1", nil), ("1000", nil), ("30000000", "sqs.service"), ("x", "sqs.service")])
    func `a unit is limited but for an interval in which nobody reaches the limit`(
        interval: String, unit: String?
    ) throws {
        let folder = try TemporaryFolder()
        try FileManager.default.createSymbolicLink(
            atPath: folder.path(of: "log-rate-limit-interval:sqs.service"),
            withDestinationPath: interval)
        let found = JournalRateLimit.limitedUnit(cgroups: Self.hybrid, units: folder.path)
        #expect(found == unit)
    }
}
