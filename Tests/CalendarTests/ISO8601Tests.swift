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
    ])
    func `every spelling of a moment is understood`(text: String) {
        #expect(Date(iso8601: text).map { CivilTime($0).iso8601 } == "2026-01-31T12:00:00Z")
    }

    @Test(arguments: [
        "", "now", "2026-01-31", "2026-13-01T00:00:00Z", "2026-01-31T12:00:00ZZ",
        "2026-01-31T24:00:00Z", "2026-01-31T12:00:00+1", "1769860800", "２０２６-01-31T12:00:00Z",
    ])
    func `what is no moment is refused`(text: String) {
        #expect(Date(iso8601: text) == nil)
    }
}
