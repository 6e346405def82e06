/// A day of the Gregorian calendar, also before there was one.
package struct CalendarDay: Sendable, Hashable {
    /// Seconds of a day, none of them a leap second.
    static let seconds = 86_400

    /// Days since 1970-01-01, a Thursday.
    let number: Int
    let year: Int
    let month: Int
    let day: Int

    /// 0 is Sunday.
    var weekday: Int {
        let remainder = (number + 4) % 7
        return remainder < 0 ? remainder + 7 : remainder
    }

    /// Counts years from March, so that the leap day is a year's last, in eras of 400 years, which
    /// are 146,097 days each.
    init(number: Int) {
        self.number = number
        let shifted = number + Self.daysBeforeEpoch
        let era = shifted.dividedRoundingDown(by: Self.daysPerEra)
        let dayOfEra = shifted - era * Self.daysPerEra
        let yearOfEra =
            (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        // Five months from March on have 153 days, whichever they are.
        let fromMarch = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * fromMarch + 2) / 5 + 1
        month = fromMarch < 10 ? fromMarch + 3 : fromMarch - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    init(year: Int, month: Int, day: Int) {
        let shiftedYear = month <= 2 ? year - 1 : year
        let era = shiftedYear.dividedRoundingDown(by: 400)
        let yearOfEra = shiftedYear - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        number = era * Self.daysPerEra + dayOfEra - Self.daysBeforeEpoch
        (self.year, self.month, self.day) = (year, month, day)
    }

    /// The day that a count of seconds since 1970-01-01 falls on.
    init(containing seconds: Int) {
        self.init(number: seconds.dividedRoundingDown(by: Self.seconds))
    }

    private static let daysPerEra = 146_097
    /// The days from 0000-03-01 to 1970-01-01.
    private static let daysBeforeEpoch = 719_468
}

extension Int {
    /// The quotient, rounded down, for a divisor above 0.
    func dividedRoundingDown(by divisor: Int) -> Int {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? quotient - 1 : quotient
    }
}
