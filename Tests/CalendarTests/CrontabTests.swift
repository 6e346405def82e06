import Calendar
import Testing

struct CrontabTests {
    /// The first three times after 2026-01-01 00:00 UTC, a Thursday.
    @Test(arguments: [
        ("* * * * *", ["2026-01-01 00:01", "2026-01-01 00:02", "2026-01-01 00:03"]),
        ("*/15 * * * *", ["2026-01-01 00:15", "2026-01-01 00:30", "2026-01-01 00:45"]),
        ("5/20 * * * *", ["2026-01-01 00:05", "2026-01-01 00:25", "2026-01-01 00:45"]),
        ("7 3 * * *", ["2026-01-01 03:07", "2026-01-02 03:07", "2026-01-03 03:07"]),
        ("0 9-17/4 * * *", ["2026-01-01 09:00", "2026-01-01 13:00", "2026-01-01 17:00"]),
        ("0,30 23 * * *", ["2026-01-01 23:00", "2026-01-01 23:30", "2026-01-02 23:00"]),
        ("0 0 * * 0", ["2026-01-04 00:00", "2026-01-11 00:00", "2026-01-18 00:00"]),
        ("0 0 * * 7", ["2026-01-04 00:00", "2026-01-11 00:00", "2026-01-18 00:00"]),
        ("0 0 * * Mon-Fri", ["2026-01-02 00:00", "2026-01-05 00:00", "2026-01-06 00:00"]),
        ("0 0 31 * *", ["2026-01-31 00:00", "2026-03-31 00:00", "2026-05-31 00:00"]),
        ("0 0 29 2 *", ["2028-02-29 00:00", "2032-02-29 00:00", "2036-02-29 00:00"]),
        ("0 0 1 JAN,jul *", ["2026-07-01 00:00", "2027-01-01 00:00", "2027-07-01 00:00"]),
        // Either day, where both are restricted; both, where one begins with *.
        ("0 0 13 * 5", ["2026-01-02 00:00", "2026-01-09 00:00", "2026-01-13 00:00"]),
        ("0 0 */2 * 5", ["2026-01-09 00:00", "2026-01-23 00:00", "2026-02-13 00:00"]),
        // Sunday is the end of a week too, and ranges go round.
        ("0 0 * * mon-sun", ["2026-01-02 00:00", "2026-01-03 00:00", "2026-01-04 00:00"]),
        ("0 0 * * sat-sun", ["2026-01-03 00:00", "2026-01-04 00:00", "2026-01-10 00:00"]),
        ("0 0 * * 6-7", ["2026-01-03 00:00", "2026-01-04 00:00", "2026-01-10 00:00"]),
        ("0 0 * * 7-1", ["2026-01-04 00:00", "2026-01-05 00:00", "2026-01-11 00:00"]),
        ("0 0 * * fri-mon/3", ["2026-01-02 00:00", "2026-01-05 00:00", "2026-01-09 00:00"]),
        ("0 22-2/2 * * *", ["2026-01-01 02:00", "2026-01-01 22:00", "2026-01-02 00:00"]),
        ("58-1 5 * * *", ["2026-01-01 05:00", "2026-01-01 05:01", "2026-01-01 05:58"]),
        ("0 0 31-1 * *", ["2026-01-31 00:00", "2026-02-01 00:00", "2026-03-01 00:00"]),
        ("0 0 2 nov-feb *", ["2026-01-02 00:00", "2026-02-02 00:00", "2026-11-02 00:00"]),
        // A step as long as the field leaves its first number.
        ("*/60 * * * *", ["2026-01-01 01:00", "2026-01-01 02:00", "2026-01-01 03:00"]),
        ("0 */24 * * *", ["2026-01-02 00:00", "2026-01-03 00:00", "2026-01-04 00:00"]),
        ("30/60 */24 * * *", ["2026-01-01 00:30", "2026-01-02 00:30", "2026-01-03 00:30"]),
        ("\u{FEFF}@hourly", ["2026-01-01 01:00", "2026-01-01 02:00", "2026-01-01 03:00"]),
        ("@hourly", ["2026-01-01 01:00", "2026-01-01 02:00", "2026-01-01 03:00"]),
        ("@daily", ["2026-01-02 00:00", "2026-01-03 00:00", "2026-01-04 00:00"]),
        ("@weekly", ["2026-01-04 00:00", "2026-01-11 00:00", "2026-01-18 00:00"]),
        ("@monthly", ["2026-02-01 00:00", "2026-03-01 00:00", "2026-04-01 00:00"]),
        ("@yearly", ["2027-01-01 00:00", "2028-01-01 00:00", "2029-01-01 00:00"]),
    ])
    func `an expression gives the times that cron gives`(text: String, expected: [String]) throws {
        #expect(try times(text, after: "2026-01-01 00:00", count: 3) == expected)
    }

    @Test(arguments: [
        ("", "has 0 fields"), ("*", "has 1 field instead of 5"), ("* * * *", "has 4 fields"),
        ("* * * * * *", "has 6 fields"),
        ("60 * * * *", "\"60\" as its minute; numbers go from 0 to 59"),
        ("* 24 * * *", "\"24\" as its hour; numbers go from 0 to 23"),
        ("* * 0 * *", "\"0\" as its day of the month; numbers go from 1 to 31"),
        ("* * * 13 *", "\"13\" as its month; numbers go from 1 to 12"),
        ("* * * * 8", "\"8\" as its day of the week; numbers go from 0 to 7"),
        ("*/90 * * * *", "\"*/90\" as its minute; a step is one number from 1 to 60"),
        ("0 0 * * 1/8", "\"1/8\" as its day of the week; a step is one number from 1 to 7"),
        ("*/0 * * * *", "\"*/0\" as its minute; a step is one number from 1 to 60"),
        ("*/x * * * *", "a step is"), ("*/2/2 * * * *", "\"*/2/2\" as its minute; a step is"),
        ("1,,2 * * * *", "\"\" as its minute; numbers"), ("-1 * * * *", "\"-1\""),
        ("1-2-3 * * * *", "\"1-2-3\" as its minute; a range has one - between two ends"),
        ("x * * * *", "\"x\""), ("+1 * * * *", "\"+1\""), ("1٣ * * * *", "\"1٣\""),
        ("* * * * L", "\"L\""), ("@reboot", "no shorthand"),
        ("* * * * MONDAY", "numbers go from 0 to 7, names are sun, mon, tue, wed, thu, fri, sat"),
        ("* * * mon *", "\"mon\" as its month; numbers go from 1 to 12, names are jan, feb"),
    ])
    func `what is no expression is said to be, with the rule that it breaks`(
        text: String, words: String
    ) {
        let error = #expect(throws: Crontab.ParseError.self) { try Crontab(text) }
        #expect(error?.description.contains(words) == true, "\(error?.description ?? "")")
    }

    @Test func `a date that never comes has no time`() throws {
        #expect(try times("0 0 30 2 *", after: "2026-01-01 00:00", count: 1) == [])
        #expect(
            try times("0 0 29 2 *", after: "2096-03-01 00:00", count: 1) == ["2104-02-29 00:00"])
    }
}

/// Times of the form `2026-01-01 00:00`, in UTC.
func times(
    _ crontab: String, in zone: TimeZoneRules = .utc, after start: String, count: Int
) throws -> [String] {
    let schedule = Schedule(try Crontab(crontab), in: zone)
    var moment = try seconds(start)
    return (0..<count).compactMap { _ in
        guard let next = schedule.next(after: moment) else { return nil }
        moment = next
        return text(next)
    }
}
