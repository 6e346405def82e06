package import FoundationEssentials

extension Date {
    /// Reads a moment of ISO 8601: a date (`2026-01-31`, `2026-031`, `2026-W05-6`), `T` or a space,
    /// a time to the hour, minute or second (`12:00:00`, `24:00`) with or without a fraction of its
    /// last part, and `Z`, an offset (`+01:00`, `+01`) or nothing (UTC); `-` and `:` may be
    /// missing, letters may be small. Parts of a second are dropped. `nil` for anything else: a
    /// date alone, a number, a day or week that its year does not have.
    package init?(iso8601 text: String) {
        var reader = DigitReader(text)
        guard let day = reader.day(), reader.skip("Tt "), let time = reader.time(),
            let offset = reader.offset(), reader.isAtEnd
        else { return nil }
        let seconds = day.number * CalendarDay.seconds + time - offset
        self.init(timeIntervalSince1970: Double(seconds))
    }
}

extension CivilTime {
    /// `2026-01-31T12:00:00Z`.
    package var iso8601: String {
        "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))T"
            + "\(padded(hour, 2)):\(padded(minute, 2)):\(padded(second, 2))Z"
    }
}

private struct DigitReader {
    private var rest: Substring.UTF8View

    init(_ text: String) {
        rest = Substring(text).utf8
    }

    var isAtEnd: Bool { rest.isEmpty }

    mutating func number(of digits: Int) -> Int? {
        let head = rest.prefix(digits)
        guard head.count == digits, head.allSatisfy(isDigit) else { return nil }
        rest = rest.dropFirst(digits)
        return head.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
    }

    /// Passes over one of these characters.
    mutating func skip(_ characters: StaticString) -> Bool {
        guard let first = rest.first,
            characters.withUTF8Buffer({ $0.contains(first) })
        else { return false }
        rest = rest.dropFirst()
        return true
    }

    mutating func day() -> CalendarDay? {
        guard let year = number(of: 4) else { return nil }
        _ = skip("-")
        if skip("W") { return weekDay(of: year) }
        if rest.prefix(while: isDigit).count == 3 {
            guard let number = number(of: 3), number > 0 else { return nil }
            let day = CalendarDay(
                number: CalendarDay(year: year, month: 1, day: 1).number + number - 1)
            return day.year == year ? day : nil
        }
        guard let month = number(of: 2), (1...12).contains(month) else { return nil }
        _ = skip("-")
        guard let number = number(of: 2) else { return nil }
        let day = CalendarDay(number: CalendarDay(year: year, month: month, day: number).number)
        return (day.month, day.day) == (month, number) ? day : nil
    }

    /// The first week of a year is the one with 4 January in it; a week begins on Monday, day 1.
    private mutating func weekDay(of year: Int) -> CalendarDay? {
        guard let week = number(of: 2), (1...53).contains(week) else { return nil }
        _ = skip("-")
        guard let day = number(of: 1), (1...7).contains(day) else { return nil }
        let fourth = CalendarDay(year: year, month: 1, day: 4)
        let monday = fourth.number - (fourth.weekday + 6) % 7 + (week - 1) * 7
        // Its Thursday says which year a week is of.
        guard CalendarDay(number: monday + 3).year == year else { return nil }
        return CalendarDay(number: monday + day - 1)
    }

    /// Seconds of the day.
    mutating func time() -> Int? {
        guard let hour = number(of: 2), hour <= 24 else { return nil }
        var time = hour * 3_600
        var unit = 3_600
        // Minutes, then seconds, of which a leap second is the second after it.
        for (size, most) in [(60, 59), (1, 60)] {
            guard skip(":") || rest.first.map(isDigit) == true else { break }
            guard let part = number(of: 2), part <= most else { return nil }
            time += part * size
            unit = size
        }
        if skip(".,") {
            guard let fraction = fraction() else { return nil }
            time += Int(fraction * Double(unit))
        }
        return hour < 24 || time == CalendarDay.seconds ? time : nil
    }

    private mutating func fraction() -> Double? {
        let digits = rest.prefix(while: isDigit)
        guard !digits.isEmpty else { return nil }
        rest = rest.dropFirst(digits.count)
        return Double("0." + String(decoding: digits, as: UTF8.self))
    }

    /// Seconds east of UTC.
    mutating func offset() -> Int? {
        if isAtEnd || skip("Zz") { return 0 }
        let sign: Int
        if skip("+") { sign = 1 } else if skip("-") { sign = -1 } else { return nil }
        guard let hours = number(of: 2), hours < 24 else { return nil }
        guard skip(":") || !isAtEnd else { return sign * hours * 3_600 }
        guard let minutes = number(of: 2), minutes < 60 else { return nil }
        return sign * (hours * 3_600 + minutes * 60)
    }

    private func isDigit(_ byte: UInt8) -> Bool {
        byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
    }
}
