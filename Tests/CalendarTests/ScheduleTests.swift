import Calendar
import Foundation
import TestKit
import Testing

struct ScheduleTests {
    /// Times in UTC. Berlin: 2026-03-29 02:00 becomes 03:00 (01:00 UTC), 2026-10-25 03:00 becomes
    /// 02:00 (01:00 UTC). Lord Howe: by half an hour, 2026-04-05 02:00 becomes 01:30 (15:00 UTC of
    /// the day before), 2026-10-04 02:00 becomes 02:30 (15:30 UTC of the day before).
    @Test(
        arguments: [
            // A time that does not exist is made up for at the end of the gap, once.
            (
                "30 2 * * *", "Europe/Berlin", "2026-03-28 00:00",
                ["2026-03-28 01:30", "2026-03-29 01:00", "2026-03-30 00:30"]
            ),
            (
                "0,15,30 2 * * *", "Europe/Berlin", "2026-03-29 00:00",
                ["2026-03-29 01:00", "2026-03-30 00:00", "2026-03-30 00:15"]
            ),
            (
                "0 3 * * *", "Europe/Berlin", "2026-03-28 12:00",
                ["2026-03-29 01:00", "2026-03-30 01:00"]
            ),
            (
                "15 2 * * *", "Australia/Lord_Howe", "2026-10-03 00:00",
                ["2026-10-03 15:30", "2026-10-04 15:15"]
            ),
            // A time that exists twice is taken the first time.
            (
                "30 2 * * *", "Europe/Berlin", "2026-10-24 12:00",
                ["2026-10-25 00:30", "2026-10-26 01:30"]
            ),
            (
                "45 1 * * *", "Australia/Lord_Howe", "2026-04-04 00:00",
                ["2026-04-04 14:45", "2026-04-05 15:15"]
            ),
            // Every hour goes by the clock.
            (
                "30 * * * *", "Europe/Berlin", "2026-03-29 00:00",
                ["2026-03-29 00:30", "2026-03-29 01:30"]
            ),
            (
                "30 * * * *", "Europe/Berlin", "2026-10-24 23:45",
                ["2026-10-25 00:30", "2026-10-25 01:30", "2026-10-25 02:30"]
            ),
            (
                "*/30 * * * *", "Europe/Berlin", "2026-10-25 00:15",
                ["2026-10-25 00:30", "2026-10-25 01:00", "2026-10-25 01:30", "2026-10-25 02:00"]
            ),
            // Days are the zone's own.
            (
                "0 0 1 * *", "Asia/Tokyo", "2026-01-15 00:00",
                ["2026-01-31 15:00", "2026-02-28 15:00"]
            ),
            (
                "0 20 * * sun", "America/New_York", "2026-01-01 00:00",
                ["2026-01-05 01:00", "2026-01-12 01:00"]
            ),
            ("0 12 * * *", "Asia/Kathmandu", "2026-01-01 00:00", ["2026-01-01 06:15"]),
            // A whole day that Samoa left out.
            (
                "0 12 30 * *", "Pacific/Apia", "2011-12-01 00:00",
                ["2011-12-30 10:00", "2012-01-29 22:00"]
            ),
        ] as [(String, String, String, [String])])
    func `a time is the zone's, through every change of its clocks`(
        crontab: String, zone: String, start: String, expected: [String]
    ) throws {
        let rules = try TimeZoneRules(named: zone)
        #expect(try times(crontab, in: rules, after: start, count: expected.count) == expected)
    }

    @Test(
        arguments: [
            // Nothing was missed.
            ("2026-01-01 12:00", "2026-01-01 12:59", .once, nil),
            ("2026-01-01 12:00", "2026-01-01 13:00", .once, ("2026-01-01 13:00", false)),
            ("2026-01-01 12:00", "2026-01-01 13:01", .skip, ("2026-01-01 13:00", false)),
            // Down for one, and for many.
            ("2026-01-01 12:00", "2026-01-01 13:05", .once, ("2026-01-01 13:00", true)),
            ("2026-01-01 12:00", "2026-01-01 13:05", .skip, nil),
            ("2026-01-01 12:00", "2026-01-09 08:30", .once, ("2026-01-09 08:00", true)),
            ("2026-01-01 12:00", "2026-01-09 08:30", .skip, nil),
            // Down for many, and there on time for the last.
            ("2026-01-01 12:00", "2026-01-09 08:00", .skip, ("2026-01-09 08:00", false)),
            // The clock was set back.
            ("2026-01-01 12:00", "2025-12-31 12:00", .once, nil),
        ] as [(String, String, Schedule.CatchUp, (String, Bool)?)])
    func `times that were missed are made up for once, or not at all`(
        last: String, now: String, catchUp: Schedule.CatchUp, expected: (time: String, late: Bool)?
    ) throws {
        let schedule = Schedule(try Crontab("@hourly"), in: .utc, catchUp: catchUp)
        let due = schedule.due(since: try seconds(last), now: try seconds(now))
        #expect(due.map { text($0.time) } == expected?.time)
        #expect(due?.isLate == expected?.late)
    }

    @Test func `a year of hours has as many as the year has`() throws {
        let schedule = Schedule(
            try Crontab("@hourly"), in: try TimeZoneRules(named: "Europe/Berlin"))
        var moment = try seconds("2025-12-31 23:59")
        let end = try seconds("2026-12-31 23:00")
        var count = 0
        while let next = schedule.next(after: moment), next <= end {
            #expect(next > moment)
            (moment, count) = (next, count + 1)
        }
        #expect(count == 365 * 24)
    }
}

struct TimeZoneRulesTests {
    @Test(arguments: [
        "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata",
        "America/Sao_Paulo", "Africa/Cairo", "Pacific/Auckland", "Europe/Dublin", "Asia/Tehran",
    ])
    func `offsets are those that Foundation has`(name: String) throws {
        let rules = try TimeZoneRules(named: name)
        let zone = try #require(TimeZone(identifier: name))
        // Every 11 hours of 20 years, and of the years that no file lists.
        let years = Array(stride(from: 946_684_800, to: 1_577_836_800, by: 39_600))
        let future = Array(stride(from: 2_840_140_800, to: 2_903_212_800, by: 39_600))
        for moment in years + future {
            let date = Date(timeIntervalSince1970: Double(moment))
            let offset = rules.offset(at: moment)
            guard offset != zone.secondsFromGMT(for: date) else { continue }
            Issue.record("\(name) at \(date): \(offset)")
            return
        }
    }

    @Test(arguments: [
        "Europe/Nowhere", "", "/etc/passwd", "../../../etc/passwd", "Europe", "Europe/Berlin\0x",
        "zone.tab",
    ])
    func `what is no time zone is said to be`(name: String) {
        #expect(throws: TimeZoneRules.Problem.self) { try TimeZoneRules(named: name) }
    }

    @Test(arguments: [
        "XYZ9999999999999999", "CET-1CEST,M3.5.0/9999999999999999,M10.5.0", "X168", "X1:60",
        "X1:1:60",
    ])
    func `a rule with hours beyond a week is none, and a FIFO is not waited for`(
        rule: String
    ) throws {
        let folder = try TemporaryFolder()
        var file = try Data(contentsOf: URL(filePath: "/usr/share/zoneinfo/Europe/Berlin"))
        let footer = try #require(file.dropLast().lastIndex(of: UInt8(ascii: "\n")))
        file.replaceSubrange((footer + 1)..., with: Data("\(rule)\n".utf8))
        try folder.write("Odd", file)
        // Its last transition counts for ever.
        let odd = try TimeZoneRules(named: "Odd", directory: folder.path)
        #expect(odd.offset(at: 1 << 40) == 3_600)
        mkfifo(folder.path(of: "FIFO"), 0o600)
        #expect(throws: TimeZoneRules.Problem.self) {
            try TimeZoneRules(named: "FIFO", directory: folder.path)
        }
    }

    @Test func `a file that is cut anywhere is refused, and a bad byte makes no odd time`() throws {
        let data = try Data(contentsOf: URL(filePath: "/usr/share/zoneinfo/Europe/Berlin"))
        let folder = try TemporaryFolder()
        for length in stride(from: 0, to: data.count, by: 7) {
            var cut = data.prefix(length)
            try folder.write("Cut", cut)
            #expect(throws: TimeZoneRules.Problem.self, "\(length)") {
                try TimeZoneRules(named: "Cut", directory: folder.path)
            }
            cut = data
            cut[length] = 0xFF
            try folder.write("Bad", cut)
            guard let bad = try? TimeZoneRules(named: "Bad", directory: folder.path) else {
                continue
            }
            for moment in [-(1 << 40), 0, 1_700_000_000, 1 << 40] {
                // RFC 9636: more than -25 h, less than 26 h.
                #expect((-89_999...93_599).contains(bad.offset(at: moment)), "\(length)")
            }
        }
        try folder.write("Whole", data)
        #expect(
            try TimeZoneRules(named: "Whole", directory: folder.path)
                == TimeZoneRules(named: "Europe/Berlin"))
    }
}

private let format: DateFormatter = {
    let format = DateFormatter()
    format.locale = Locale(identifier: "en_US_POSIX")
    format.timeZone = TimeZone(secondsFromGMT: 0)
    format.dateFormat = "yyyy-MM-dd HH:mm"
    return format
}()

func seconds(_ text: String) throws -> Int {
    Int(try #require(format.date(from: text)).timeIntervalSince1970)
}

func text(_ seconds: Int) -> String {
    format.string(from: Date(timeIntervalSince1970: Double(seconds)))
}
