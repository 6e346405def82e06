/// When a task is due, in the five fields of `crontab(5)`: minute, hour, day of the month, month,
/// day of the week.
///
/// A field is `*`, a number, a range `a-b`, either with a step `/n`, or a list of those. Months and
/// days of the week have English names of three letters too; Sunday is 0 and 7. Where both days are
/// restricted, a day that fits either is a day: so it is in every cron. `@hourly`, `@daily`,
/// `@midnight`, `@weekly`, `@monthly`, `@yearly` and `@annually` stand for what their manual says.
package struct Crontab: Sendable, Equatable {
    /// What is wrong, in words that follow the expression.
    package struct ParseError: Error, Equatable, CustomStringConvertible {
        package let description: String
    }

    let minutes: [Int]
    let hours: [Int]
    /// Whether the hour begins with `*`: then the clock's every reading counts, else the day's.
    let isEveryHour: Bool
    private let days: Set<Int>
    private let months: Set<Int>
    private let weekdays: Set<Int>
    private let matchesEitherDay: Bool

    package init(_ text: String) throws(ParseError) {
        let expression = text.hasPrefix("@") ? Self.shorthands[text] : text
        guard let expression else {
            throw ParseError(
                description: "is no shorthand; there are "
                    + Self.shorthands.keys.sorted().joined(separator: ", "))
        }
        let fields = expression.split { $0 == " " || $0 == "\t" }.map { String($0) }
        guard fields.count == Field.all.count else {
            throw ParseError(
                description: "has \(fields.count) fields instead of 5: minute, hour, day of the "
                    + "month, month, day of the week")
        }
        minutes = try Field.minute.read(fields[0]).sorted()
        hours = try Field.hour.read(fields[1]).sorted()
        days = try Field.day.read(fields[2])
        months = try Field.month.read(fields[3])
        weekdays = Set(try Field.weekday.read(fields[4]).map { $0 % 7 })
        isEveryHour = fields[1].hasPrefix("*")
        matchesEitherDay = !fields[2].hasPrefix("*") && !fields[4].hasPrefix("*")
    }

    /// Whether a task is due on that day at all.
    func matches(_ day: CalendarDay) -> Bool {
        guard months.contains(day.month) else { return false }
        let fitsDay = days.contains(day.day)
        let fitsWeekday = weekdays.contains(day.weekday)
        return matchesEitherDay ? fitsDay || fitsWeekday : fitsDay && fitsWeekday
    }

    private static let shorthands = [
        "@hourly": "0 * * * *", "@daily": "0 0 * * *", "@midnight": "0 0 * * *",
        "@weekly": "0 0 * * 0", "@monthly": "0 0 1 * *", "@yearly": "0 0 1 1 *",
        "@annually": "0 0 1 1 *",
    ]
}

/// One field of a crontab.
private struct Field {
    let name: String
    let range: ClosedRange<Int>
    var names: [String] = []
    /// The number of the first name.
    var firstName = 0

    static let minute = Field(name: "minute", range: 0...59)
    static let hour = Field(name: "hour", range: 0...23)
    static let day = Field(name: "day of the month", range: 1...31)
    static let month = Field(
        name: "month", range: 1...12,
        names: [
            "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
        ], firstName: 1)
    static let weekday = Field(
        name: "day of the week", range: 0...7,
        names: ["sun", "mon", "tue", "wed", "thu", "fri", "sat"])
    static let all = [minute, hour, day, month, weekday]

    func read(_ text: String) throws(Crontab.ParseError) -> Set<Int> {
        var numbers: Set<Int> = []
        for item in text.split(separator: ",", omittingEmptySubsequences: false) {
            numbers.formUnion(try numbersOf(item))
        }
        return numbers
    }

    private func numbersOf(_ item: Substring) throws(Crontab.ParseError) -> [Int] {
        let parts = item.split(separator: "/", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count) else { throw error(item) }
        var step = 1
        if parts.count == 2 {
            guard let number = Int(parts[1]), number >= 1, number <= range.upperBound else {
                throw error(item)
            }
            step = number
        }
        let bounds = try boundsOf(parts[0], item, hasStep: parts.count == 2)
        return Array(stride(from: bounds.lowerBound, through: bounds.upperBound, by: step))
    }

    private func boundsOf(
        _ text: Substring, _ item: Substring, hasStep: Bool
    ) throws(Crontab.ParseError) -> ClosedRange<Int> {
        if text == "*" { return range }
        let ends = text.split(separator: "-", omittingEmptySubsequences: false)
        guard (1...2).contains(ends.count), let first = number(ends[0]) else { throw error(item) }
        guard ends.count == 2 else {
            // As in cron: from there on, with the step.
            return first...(hasStep ? range.upperBound : first)
        }
        guard let last = number(ends[1]), first <= last else { throw error(item) }
        return first...last
    }

    private func number(_ text: Substring) -> Int? {
        if let index = names.firstIndex(of: text.lowercased()) { return index + firstName }
        guard text.allSatisfy({ $0.isASCII && $0.isNumber }), let number = Int(text) else {
            return nil
        }
        return range.contains(number) ? number : nil
    }

    private func error(_ item: Substring) -> Crontab.ParseError {
        Crontab.ParseError(
            description: "has \"\(item)\" as its \(name); allowed: *, numbers from "
                + "\(range.lowerBound) to \(range.upperBound), ranges a-b, steps /n, and lists of "
                + "those with commas")
    }
}
