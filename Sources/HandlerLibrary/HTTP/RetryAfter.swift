internal import AWS
package import FoundationEssentials

/// The delay that a `Retry-After` asks for, RFC 9110 section 10.2.3: seconds, or a date.
package enum RetryAfter {
    /// The longest delay taken: SQS keeps a message invisible for no longer than 12 hours.
    package static let longestDelay: Duration = .seconds(12 * 3_600)

    /// Whole seconds from 1 to ``longestDelay``. `nil`: it is neither, or asks for no delay, as 0
    /// and a date that is over do.
    package static func delay(_ field: String, now: Date) -> Duration? {
        if !field.isEmpty, field.utf8.allSatisfy({ (0x30...0x39).contains($0) }) {
            // Digits that do not fit are a long time all the same.
            let delay = Int64(field).map { min(.seconds($0), longestDelay) } ?? longestDelay
            return delay > .zero ? delay : nil
        }
        guard let date = date(field) else { return nil }
        let seconds = date.timeIntervalSince(now).rounded(.up)
        return seconds > 0 ? min(.seconds(seconds), longestDelay) : nil
    }

    /// The date that HTTP sends, `Sun, 06 Nov 1994 08:49:37 GMT`, and the two obsolete forms that
    /// a client still has to understand: `Sunday, 06-Nov-94 08:49:37 GMT` and
    /// `Sun Nov  6 08:49:37 1994`. RFC 9110 section 5.6.7.
    private static func date(_ text: String) -> Date? {
        let words = text.split { $0 == " " || $0 == "-" || $0 == "," }.map { String($0) }
        if words.count == 6, words[5] == "GMT" {
            return date(day: words[1], month: words[2], year: words[3], time: words[4])
        }
        guard words.count == 5 else { return nil }
        return date(day: words[2], month: words[1], year: words[4], time: words[3])
    }

    private static func date(day: String, month: String, year: String, time: String) -> Date? {
        let clock = time.split(separator: ":").map { Int($0) }
        guard let day = Int(day), let month = months.firstIndex(of: month),
            let number = Int(year), clock.count == 3, let hour = clock[0],
            let minute = clock[1], let second = clock[2],
            // A leap second counts as the second after it.
            (1...31).contains(day), (0...23).contains(hour), (0...59).contains(minute),
            (0...60).contains(second), (0...9_999).contains(number)
        else { return nil }
        // Two digits are of this century: of dates in the last one, every delay is over.
        let fullYear = year.utf8.count == 2 ? 2_000 + number : number
        var moment = CivilTime(Date(timeIntervalSince1970: 0))
        (moment.year, moment.month, moment.day) = (fullYear, month + 1, day)
        (moment.hour, moment.minute, moment.second) = (hour, minute, second)
        return moment.date
    }

    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
}
