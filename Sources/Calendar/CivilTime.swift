package import FoundationEssentials

/// A moment in UTC as calendar fields, to the second, by arithmetic alone: no time zone data, no
/// formatter, no leap seconds.
package struct CivilTime: Sendable, Equatable {
    package let year: Int
    package let month: Int
    package let day: Int
    package let hour: Int
    package let minute: Int
    package let second: Int

    init(year: Int, month: Int, day: Int, hour: Int, minute: Int, second: Int) {
        (self.year, self.month, self.day) = (year, month, day)
        (self.hour, self.minute, self.second) = (hour, minute, second)
    }

    /// - Parameter seconds: since 1970-01-01 UTC.
    package init(seconds: Int) {
        let date = CalendarDay(containing: seconds)
        let ofDay = seconds - date.number * CalendarDay.seconds
        (year, month, day) = (date.year, date.month, date.day)
        (hour, minute, second) = (ofDay / 3_600, ofDay / 60 % 60, ofDay % 60)
    }

    /// - Parameter milliseconds: since 1970-01-01 UTC. Parts of a second are dropped, towards the
    ///   past.
    package init(milliseconds: Int64) {
        self.init(seconds: Int(milliseconds).dividedRoundingDown(by: 1_000))
    }

    /// Fractions of a second are dropped, towards the past.
    package init(_ date: Date) {
        self.init(seconds: Int(date.timeIntervalSince1970.rounded(.down)))
    }

    package var date: Date {
        let seconds = calendarDay.number * CalendarDay.seconds + hour * 3_600 + minute * 60 + second
        return Date(timeIntervalSince1970: Double(seconds))
    }

    var calendarDay: CalendarDay { CalendarDay(year: year, month: month, day: day) }
}

/// A number with zeros in front of it, up to a width.
func padded(_ number: Int, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
}
