package import FoundationEssentials

/// A moment in UTC as calendar fields, by arithmetic alone: no time zone data, no formatter.
///
/// Proleptic Gregorian calendar, no leap seconds. The conversion between a day count and a date
/// counts in eras of 400 years that begin on the first of March, so that the leap day is a year's
/// last.
package struct CivilTime: Sendable, Equatable {
    package var year: Int
    package var month: Int
    package var day: Int
    package var hour: Int
    package var minute: Int
    package var second: Int

    /// Fractions of a second are dropped, towards the past.
    package init(_ date: Date) {
        let seconds = Int(date.timeIntervalSince1970.rounded(.down))
        let days = seconds.dividedRoundingDown(by: secondsPerDay)
        let ofDay = seconds - days * secondsPerDay
        hour = ofDay / 3600
        minute = ofDay / 60 % 60
        second = ofDay % 60

        let shifted = days + daysFromEraStartToEpoch
        let era = shifted.dividedRoundingDown(by: daysPerEra)
        let dayOfEra = shifted - era * daysPerEra
        let yearOfEra =
            (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    package var date: Date {
        let shiftedYear = month <= 2 ? year - 1 : year
        let era = shiftedYear.dividedRoundingDown(by: 400)
        let yearOfEra = shiftedYear - era * 400
        let monthFromMarch = month > 2 ? month - 3 : month + 9
        let dayOfYear = (153 * monthFromMarch + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        let days = era * daysPerEra + dayOfEra - daysFromEraStartToEpoch
        let seconds = days * secondsPerDay + hour * 3600 + minute * 60 + second
        return Date(timeIntervalSince1970: Double(seconds))
    }
}

private let secondsPerDay = 86_400
private let daysPerEra = 146_097
/// From 0000-03-01 to 1970-01-01.
private let daysFromEraStartToEpoch = 719_468

extension Int {
    fileprivate func dividedRoundingDown(by divisor: Int) -> Int {
        (self >= 0 ? self : self - divisor + 1) / divisor
    }
}
