/// A day of the Gregorian calendar.
package struct CalendarDay: Sendable, Hashable {
    /// Days since 1970-01-01, a Thursday.
    let number: Int
    let year: Int
    let month: Int
    let day: Int

    /// 0 is Sunday.
    var weekday: Int { Self.modulo(number + 4, 7) }

    /// Counts years from March, so that the leap day is a year's last, in eras of 400 years, which
    /// are 146,097 days each.
    init(number: Int) {
        self.number = number
        /// From 0000-03-01 to 1970-01-01.
        let shifted = number + 719_468
        let era = Self.floor(shifted, 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra =
            (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let fromMarch = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * fromMarch + 2) / 5 + 1
        month = fromMarch < 10 ? fromMarch + 3 : fromMarch - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    init(year: Int, month: Int, day: Int) {
        let shiftedYear = month <= 2 ? year - 1 : year
        let era = Self.floor(shiftedYear, 400)
        let yearOfEra = shiftedYear - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        number = era * 146_097 + dayOfEra - 719_468
        (self.year, self.month, self.day) = (year, month, day)
    }

    /// The day that a count of seconds since 1970-01-01 falls on.
    init(containing seconds: Int) {
        self.init(number: Self.floor(seconds, 86_400))
    }

    private static func floor(_ value: Int, _ divisor: Int) -> Int {
        (value >= 0 ? value : value - divisor + 1) / divisor
    }

    private static func modulo(_ value: Int, _ divisor: Int) -> Int {
        value - floor(value, divisor) * divisor
    }
}
