import Calendar
import Foundation
import Testing

struct CivilTimeTests {
    @Test(
        arguments: [
            (0, "1970-01-01T00:00:00Z"), (999, "1970-01-01T00:00:00Z"),
            (-1, "1969-12-31T23:59:59Z"), (951_782_400_000, "2000-02-29T00:00:00Z"),
            (1_709_251_199_999, "2024-02-29T23:59:59Z"),
            (1_709_251_200_000, "2024-03-01T00:00:00Z"),
            (4_107_542_400_000, "2100-03-01T00:00:00Z"),
            (4_107_542_399_999, "2100-02-28T23:59:59Z"),
            (1_735_689_599_000, "2024-12-31T23:59:59Z"),
            (1_767_225_600_000, "2026-01-01T00:00:00Z"),
            (-62_135_596_800_000, "0001-01-01T00:00:00Z"),
            (253_402_300_799_000, "9999-12-31T23:59:59Z"),
        ] as [(Int64, String)])
    func `times are Gregorian dates in UTC`(milliseconds: Int64, expected: String) {
        #expect(CivilTime(milliseconds: milliseconds).iso8601 == expected)
    }

    @Test(arguments: [Int64.min, .max])
    func `no time is out of range`(milliseconds: Int64) {
        #expect(CivilTime(milliseconds: milliseconds).iso8601.hasSuffix("Z"))
    }

    @Test func `calendar fields agree with Foundation over four hundred years`() throws {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = try #require(TimeZone(secondsFromGMT: 0))
        // A step that visits every month, day and hour.
        for seconds in stride(from: 0, to: 12_622_780_800, by: 5_000_011) {
            let date = Date(timeIntervalSince1970: Double(seconds))
            let time = CivilTime(date)
            let fields = calendar.dateComponents([.year, .month, .day, .hour], from: date)
            #expect(
                fields
                    == DateComponents(
                        year: time.year, month: time.month, day: time.day, hour: time.hour))
            #expect(time.date == date)
        }
    }
}
