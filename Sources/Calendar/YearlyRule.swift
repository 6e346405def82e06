/// Changes of the clock that are the same every year, as the environment variable `TZ` of POSIX
/// says them: `CET-1CEST,M3.5.0,M10.5.0/3`. What time zone files end with.
struct YearlyRule: Sendable, Equatable {
    /// Seconds east of UTC.
    private var standard = 0
    private var summer: Summer?

    private struct Summer: Equatable {
        var offset: Int
        var start: Change
        var end: Change
    }

    private struct Change: Equatable {
        enum Day: Equatable {
            /// The n-th (5: the last) such day of the week of the month.
            case weekday(month: Int, week: Int, day: Int)
            /// A day from 1 on, as if there were no leap day.
            case ofYear(Int)
            /// A day from 0 on.
            case ofYearWithLeapDay(Int)
        }

        var day: Day
        /// Seconds after midnight, by the clock before the change.
        var time: Int
    }

    /// Nil where the text is none.
    init?(_ text: String) {
        var reader = Reader(rest: text[...])
        guard reader.name(), let west = reader.time() else { return nil }
        standard = -west
        guard !reader.rest.isEmpty else { return }
        guard reader.name() else { return nil }
        let offset = reader.rest.hasPrefix(",") ? standard + 3_600 : reader.time().map { -$0 }
        guard let offset, let start = reader.change(), let end = reader.change(),
            reader.rest.isEmpty
        else { return nil }
        summer = Summer(offset: offset, start: start, end: end)
    }

    func offset(at moment: Int) -> Int {
        guard let summer else { return standard }
        let year = CalendarDay(containing: moment + standard).year
        let start = Self.moment(of: summer.start, in: year) - standard
        let end = Self.moment(of: summer.end, in: year) - summer.offset
        // South of the equator the summer is around the new year.
        let isSummer =
            start < end ? moment >= start && moment < end : moment >= start || moment < end
        return isSummer ? summer.offset : standard
    }

    /// The moment by the clock before the change, as if that were UTC.
    private static func moment(of change: Change, in year: Int) -> Int {
        day(of: change, in: year) * CalendarDay.seconds + change.time
    }

    private static func day(of change: Change, in year: Int) -> Int {
        switch change.day {
        case .weekday(let month, let week, let weekday):
            let first = CalendarDay(year: year, month: month, day: 1)
            let day = first.number + (weekday - first.weekday + 7) % 7 + (week - 1) * 7
            // The fifth may be in the next month: then the fourth is the last.
            return CalendarDay(number: day).month == month ? day : day - 7
        case .ofYear(let number):
            let march = CalendarDay(year: year, month: 3, day: 1)
            let isLeap = CalendarDay(number: march.number - 1).day == 29
            let first = CalendarDay(year: year, month: 1, day: 1).number
            return first + number - 1 + (isLeap && number >= 60 ? 1 : 0)
        case .ofYearWithLeapDay(let number):
            return CalendarDay(year: year, month: 1, day: 1).number + number
        }
    }

    private struct Reader {
        var rest: Substring

        /// `CET`, or `<+03>`.
        mutating func name() -> Bool {
            if rest.hasPrefix("<") {
                guard let end = rest.firstIndex(of: ">") else { return false }
                rest = rest[rest.index(after: end)...]
                return true
            }
            let letters = rest.prefix { $0.isLetter }
            rest = rest.dropFirst(letters.count)
            return letters.count >= 3
        }

        /// `[+-]hh[:mm[:ss]]`, in seconds.
        mutating func time() -> Int? {
            let sign = rest.first == "-" ? -1 : 1
            if rest.first == "-" || rest.first == "+" { rest = rest.dropFirst() }
            let digits = rest.prefix { $0.isNumber || $0 == ":" }
            rest = rest.dropFirst(digits.count)
            let parts = digits.split(separator: ":").map { Int($0) }
            // RFC 9636, section 3.3.1: a week of hours at most.
            let limits = [167, 59, 59]
            guard (1...3).contains(parts.count),
                zip(parts, limits).allSatisfy({ part, limit in part.map { $0 <= limit } ?? false })
            else { return nil }
            let units = zip(parts, [3_600, 60, 1]).map { ($0 ?? 0) * $1 }
            return sign * units.reduce(0, +)
        }

        mutating func change() -> Change? {
            guard rest.first == "," else { return nil }
            rest = rest.dropFirst()
            let text = rest.prefix { $0 != "," && $0 != "/" }
            rest = rest.dropFirst(text.count)
            guard let day = Self.day(text) else { return nil }
            guard rest.first == "/" else { return Change(day: day, time: 7_200) }
            rest = rest.dropFirst()
            return time().map { Change(day: day, time: $0) }
        }

        private static func day(_ text: Substring) -> Change.Day? {
            if text.hasPrefix("M") {
                let parts = text.dropFirst().split(separator: ".").compactMap { Int($0) }
                guard parts.count == 3, (1...12).contains(parts[0]), (1...5).contains(parts[1]),
                    (0...6).contains(parts[2])
                else { return nil }
                return .weekday(month: parts[0], week: parts[1], day: parts[2])
            }
            if text.hasPrefix("J") {
                return Int(text.dropFirst()).flatMap { (1...365).contains($0) ? .ofYear($0) : nil }
            }
            return Int(text).flatMap { (0...365).contains($0) ? .ofYearWithLeapDay($0) : nil }
        }
    }
}
