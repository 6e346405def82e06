/// The `Date` header of an answer: `Tue, 15 Nov 1994 08:12:31 GMT` (RFC 9110, 5.6.7).
enum HTTPDate {
    private static let weekdays = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// For seconds since the Unix epoch, not before it.
    static func text(secondsSinceEpoch seconds: Int64) -> String {
        let (day, second) = Int(seconds).quotientAndRemainder(dividingBy: 86_400)
        let date = calendarDate(daysSinceEpoch: day)
        let time = [second / 3_600, second / 60 % 60, second % 60].map(twoDigits)
        return """
            \(weekdays[day % 7]), \(twoDigits(date.day)) \(months[date.month - 1]) \(date.year) \
            \(time.joined(separator: ":")) GMT
            """
    }

    /// Counts in 400-year cycles of years that begin in March, so that leap days come last.
    private static func calendarDate(daysSinceEpoch: Int) -> (year: Int, month: Int, day: Int) {
        let days = daysSinceEpoch + 719_468  // from 0000-03-01 to 1970-01-01
        let (cycle, dayOfCycle) = days.quotientAndRemainder(dividingBy: 146_097)
        let yearOfCycle =
            (dayOfCycle - dayOfCycle / 1_460 + dayOfCycle / 36_524 - dayOfCycle / 146_096) / 365
        let dayOfYear = dayOfCycle - (365 * yearOfCycle + yearOfCycle / 4 - yearOfCycle / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        return (
            year: cycle * 400 + yearOfCycle + (month <= 2 ? 1 : 0),
            month: month,
            day: dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        )
    }

    private static func twoDigits(_ number: Int) -> String {
        number < 10 ? "0\(number)" : "\(number)"
    }
}
