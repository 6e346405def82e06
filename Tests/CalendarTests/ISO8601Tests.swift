import Calendar
import Foundation
import Testing

struct ISO8601Tests {
    @Test(arguments: [
        (0, "1970-01-01T00:00:00Z"), (951_782_399, "2000-02-28T23:59:59Z"),
        (951_782_400, "2000-02-29T00:00:00Z"), (1_440_938_160, "2015-08-30T12:36:00Z"),
        (1_709_251_199, "2024-02-29T23:59:59Z"), (4_102_444_800, "2100-01-01T00:00:00Z"),
        (-1, "1969-12-31T23:59:59Z"), (-2_203_891_200, "1900-03-01T00:00:00Z"),
    ])
    func `moments are written and read`(seconds: Int, text: String) {
        let date = Date(timeIntervalSince1970: Double(seconds))
        #expect(CivilTime(date).iso8601 == text)
        #expect(Date(iso8601: text) == date)
    }

    @Test(arguments: [
        "2026-01-31T12:00:00Z", "2026-01-31T12:00:00.123456Z", "2026-01-31T12:00:00+00:00",
        "2026-01-31T14:00:00+0200", "2026-01-31T06:30:00-05:30", "2026-01-31 12:00:00",
        "2026-01-31T12:00:00,9Z", "2026-01-31T12:00Z", "2026-01-31T12Z", "20260131T120000Z",
        "20260131T1200+0000", "2026-01-31T12:00.01Z", "2026-01-31T12.0Z",
        "2026-01-31T13:00:00+01", "2026-01-31t12:00:00z", "2026-031T12:00:00Z", "2026031T120000Z",
        "2026-W05-6T12:00:00Z", "2026W056T120000Z", "2026-01-31T11:59:60Z",
    ])
    func `every spelling of a moment is understood`(text: String) {
        #expect(Date(iso8601: text).map { CivilTime($0).iso8601 } == "2026-01-31T12:00:00Z")
    }

    @Test(arguments: [
        ("2026-01-31T12:30.5Z", "2026-01-31T12:30:30Z"),
        ("2026-01-31T12.25", "2026-01-31T12:15:00Z"),
        ("2026-01-31T24:00Z", "2026-02-01T00:00:00Z"), ("2024-366T00Z", "2024-12-31T00:00:00Z"),
        ("2026-W01-1T00Z", "2025-12-29T00:00:00Z"), ("2020-W53-7T00Z", "2021-01-03T00:00:00Z"),
    ])
    func `parts of an hour, the end of a day, days and weeks of a year count`(
        text: String, moment: String
    ) {
        #expect(Date(iso8601: text).map { CivilTime($0).iso8601 } == moment)
    }

    @Test(arguments: [
        "", "now", "2026-01-31", "2026-13-01T00:00:00Z", "2026-01-31T12:00:00ZZ",
        "2026-01-31T24:00:01Z", "2026-01-31T12:00:00+1", "2026-02-30T00:00:00Z",
        "2025-366T00Z", "2026-000T00Z", "2026-W54-1T00Z", "2025-W53-1T00Z", "2026-W05-0T00Z",
        "2026-01-31T12:00:00.Z", "2026-01-31T12:0Z", "1769860800.0", "1769860800000", "1769860800",
        "２０２６-01-31T12:00:00Z",
    ])
    func `what is no moment is refused`(text: String) {
        #expect(Date(iso8601: text) == nil)
    }
}
