/// The dates in the headers of HTTP, RFC 9110 section 5.6.7.
package enum HTTPDate {
    private static let weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// `Tue, 15 Nov 1994 08:12:31 GMT`.
    package static func text(_ time: CivilTime) -> String {
        let clock = [time.hour, time.minute, time.second].map { padded($0, 2) }
        return """
            \(weekdays[time.calendarDay.weekday]), \(padded(time.day, 2)) \
            \(months[time.month - 1]) \(padded(time.year, 4)) \(clock.joined(separator: ":")) GMT
            """
    }

    /// Reads the form that HTTP sends, and the two obsolete ones that a client still has to
    /// understand: `Sunday, 06-Nov-94 08:49:37 GMT` and `Sun Nov  6 08:49:37 1994`.
    ///
    /// A leap second counts as the second after it, and a year of two digits is of this century.
    package static func read(_ text: String) -> CivilTime? {
        let words = text.split { $0 == " " || $0 == "-" || $0 == "," }.map { String($0) }
        if words.count == 6, words[5] == "GMT" {
            return time(day: words[1], month: words[2], year: words[3], clock: words[4])
        }
        guard words.count == 5 else { return nil }
        return time(day: words[2], month: words[1], year: words[4], clock: words[3])
    }

    private static func time(
        day: String, month: String, year: String, clock: String
    ) -> CivilTime? {
        let clock = clock.split(separator: ":").map { Int($0) }
        guard let day = Int(day), let month = months.firstIndex(of: month),
            let number = Int(year), clock.count == 3, let hour = clock[0],
            let minute = clock[1], let second = clock[2],
            (1...31).contains(day), (0...23).contains(hour), (0...59).contains(minute),
            (0...60).contains(second), (0...9_999).contains(number)
        else { return nil }
        return CivilTime(
            year: year.utf8.count == 2 ? 2_000 + number : number, month: month + 1, day: day,
            hour: hour, minute: minute, second: second)
    }
}
