/// When a task is due, in the five fields of `crontab(5)`: minute, hour, day of the month, month,
/// day of the week.
///
/// A field is `*`, a number, a range `a-b`, either with a step `/n`, or a list of those. A range
/// may go round: `22-2`, `nov-feb`, `fri-mon`. Months and days of the week have English names of
/// three letters too; Sunday is 0 and 7. Where both days are restricted, a day that fits either is
/// a day: so it is in every cron. `@hourly`, `@daily`, `@midnight`, `@weekly`, `@monthly`,
/// `@yearly` and `@annually` stand for what their manual says.
package struct Crontab: Sendable, Equatable {
    /// What is wrong, in words that follow the expression.
    package struct ParseError: Error, Equatable, CustomStringConvertible {
        package let description: String
    }

    let minutes: [Int]
    let hours: [Int]
    /// Whether the hour begins with `*` and is not one alone, as `*/24` is: then the clock's every
    /// reading counts, else the day's.
    let isEveryHour: Bool
    private let days: Set<Int>
    private let months: Set<Int>
    private let weekdays: Set<Int>
    private let matchesEitherDay: Bool

    /// - Parameter text: a byte order mark before it is passed over.
    package init(_ text: String) throws(ParseError) {
        let text = text.first == "\u{FEFF}" ? String(text.dropFirst()) : text
        let expression = text.hasPrefix("@") ? Self.shorthands[text] : text
        guard let expression else {
            throw ParseError(
                description: "is no shorthand; there are "
                    + Self.shorthands.keys.sorted().joined(separator: ", "))
        }
        let fields = expression.split { $0 == " " || $0 == "\t" }.map { String($0) }
        guard fields.count == Field.all.count else {
            let count = fields.count == 1 ? "1 field" : "\(fields.count) fields"
            throw ParseError(
                description: "has \(count) instead of 5: minute, hour, day of the month, month, "
                    + "day of the week")
        }
        minutes = try Field.minute.read(fields[0]).sorted()
        hours = try Field.hour.read(fields[1]).sorted()
        days = try Field.day.read(fields[2])
        months = try Field.month.read(fields[3])
        weekdays = try Field.weekday.read(fields[4])
        isEveryHour = fields[1].hasPrefix("*") && hours.count > 1
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
    /// How many numbers it is until the first is meant again.
    let cycle: Int
    var names: [String] = []
    /// The number of the first name.
    var firstName = 0

    static let minute = Field(name: "minute", range: 0...59, cycle: 60)
    static let hour = Field(name: "hour", range: 0...23, cycle: 24)
    static let day = Field(name: "day of the month", range: 1...31, cycle: 31)
    static let month = Field(
        name: "month", range: 1...12, cycle: 12,
        names: [
            "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
        ], firstName: 1)
    static let weekday = Field(
        name: "day of the week", range: 0...7, cycle: 7,
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
        let step = parts.count == 1 ? 1 : Int(parts[1])
        guard parts.count <= 2, let step, (1...cycle).contains(step) else {
            // What is longer has no even pace: the count begins anew with each hour, day, month.
            throw error(item, "a step is one number from 1 to \(cycle)")
        }
        let bounds = try boundsOf(parts[0], item, hasStep: parts.count == 2)
        return stride(from: bounds.lowerBound, through: bounds.upperBound, by: step).map {
            (($0 - range.lowerBound) % cycle) + range.lowerBound
        }
    }

    /// The upper bound of a range that goes round is as many numbers further.
    private func boundsOf(
        _ text: Substring, _ item: Substring, hasStep: Bool
    ) throws(Crontab.ParseError) -> ClosedRange<Int> {
        if text == "*" { return range.lowerBound...(range.lowerBound + cycle - 1) }
        let ends = text.split(separator: "-", omittingEmptySubsequences: false)
        guard ends.count <= 2 else { throw error(item, "a range has one - between two ends") }
        let first = try number(ends[0], item)
        guard ends.count == 2 else {
            // As in cron: from there on, with the step.
            return first...(hasStep ? max(first, range.lowerBound + cycle - 1) : first)
        }
        let last = try number(ends[1], item)
        return first...(first <= last ? last : last + cycle)
    }

    private func number(
        _ text: Substring, _ item: Substring
    ) throws(Crontab.ParseError) -> Int {
        if let index = names.firstIndex(of: text.lowercased()) { return index + firstName }
        let isNumber = !text.isEmpty && text.allSatisfy { $0.isASCII && $0.isNumber }
        if isNumber, let number = Int(text), range.contains(number) { return number }
        let numbers = "numbers go from \(range.lowerBound) to \(range.upperBound)"
        let hasNames = !names.isEmpty && !isNumber
        throw error(
            item, hasNames ? "\(numbers), names are \(names.joined(separator: ", "))" : numbers)
    }

    /// - Parameter rule: the one that the item breaks.
    private func error(_ item: Substring, _ rule: String) -> Crontab.ParseError {
        Crontab.ParseError(description: "has \"\(item)\" as its \(name); \(rule)")
    }
}
