/// Time spans as systemd writes them: `30s`, `5min 20s`, `1h`, `500ms`; a plain number is seconds.
///
/// Source: systemd.time(7), "PARSING TIME SPANS". Counts in microseconds, as systemd does.
/// `infinity` is not accepted: every time span of this configuration is a limit that must end.
package enum TimeSpan {
    /// Why a text is not a time span, in words that follow the quoted text.
    package struct ParseError: Error, Equatable {
        package let problem: String
    }

    /// The sum of all values in the text. Fractions are cut at the microsecond.
    package static func parse(_ text: String) throws(ParseError) -> Duration {
        var scanner = Scanner(rest: Array(text.unicodeScalars)[...])
        scanner.skipSpace()
        guard !scanner.rest.isEmpty else { throw ParseError(problem: "is empty") }
        if text == "infinity" {
            throw ParseError(problem: "is not a limit; give a time span that ends")
        }
        var total: Int64 = 0
        while !scanner.rest.isEmpty {
            let part = try scanner.nextPart()
            let (sum, overflow) = total.addingReportingOverflow(part)
            guard !overflow else { throw ParseError(problem: "is too long to count") }
            total = sum
        }
        return .microseconds(total)
    }

    /// The shortest text that ``parse(_:)`` reads back as the same time span, down to microseconds:
    /// `12h`, `1min 30s`, `500ms`.
    package static func format(_ duration: Duration) -> String {
        let (seconds, attoseconds) = duration.components
        var rest = seconds * 1_000_000 + attoseconds / 1_000_000_000_000
        var parts: [String] = []
        for (name, size) in displayed where rest >= size {
            parts.append("\(rest / size)\(name)")
            rest %= size
        }
        return parts.isEmpty ? "0s" : parts.joined(separator: " ")
    }

    private static let displayed: [(String, Int64)] = [
        ("h", 3_600_000_000), ("min", 60_000_000), ("s", 1_000_000), ("ms", 1_000), ("us", 1),
    ]

    /// Microseconds per unit, by every name that systemd.time(7) lists.
    fileprivate static func microseconds(per unit: String) -> Int64? {
        switch unit {
        case "usec", "us", "µs", "μs": 1
        case "msec", "ms": 1_000
        case "seconds", "second", "sec", "s", "": 1_000_000
        case "minutes", "minute", "min", "m": 60_000_000
        case "hours", "hour", "hr", "h": 3_600_000_000
        case "days", "day", "d": 86_400_000_000
        case "weeks", "week", "w": 604_800_000_000
        case "months", "month", "M": 2_629_800_000_000
        case "years", "year", "y": 31_557_600_000_000
        default: nil
        }
    }
}

private struct Scanner {
    var rest: ArraySlice<Unicode.Scalar>

    mutating func skipSpace() {
        rest = rest.drop { $0.properties.isWhitespace }
    }

    /// One number with its unit, in microseconds.
    mutating func nextPart() throws(TimeSpan.ParseError) -> Int64 {
        let whole = take { ("0"..."9").contains($0) }
        var fraction = ""
        if rest.first == "." {
            rest.removeFirst()
            fraction = take { ("0"..."9").contains($0) }
        }
        guard !whole.isEmpty || !fraction.isEmpty else {
            throw TimeSpan.ParseError(problem: "is not a time span")
        }
        skipSpace()
        let unit = take { !("0"..."9").contains($0) && !$0.properties.isWhitespace && $0 != "." }
        guard rest.first != "." || !unit.isEmpty else {
            throw TimeSpan.ParseError(problem: "is not a time span")
        }
        guard let size = TimeSpan.microseconds(per: unit) else {
            throw TimeSpan.ParseError(problem: "has the unknown unit \"\(unit)\"")
        }
        skipSpace()
        guard let count = whole.isEmpty ? 0 : Int64(whole) else {
            throw TimeSpan.ParseError(problem: "is too long to count")
        }
        let (product, overflow) = count.multipliedReportingOverflow(by: size)
        let (sum, more) = product.addingReportingOverflow(Self.part(fraction, of: size))
        guard !overflow, !more else { throw TimeSpan.ParseError(problem: "is too long to count") }
        return sum
    }

    private mutating func take(while wanted: (Unicode.Scalar) -> Bool) -> String {
        let taken = rest.prefix(while: wanted)
        rest = rest.dropFirst(taken.count)
        return String(String.UnicodeScalarView(taken))
    }

    private static func part(_ digits: String, of size: Int64) -> Int64 {
        var step = size
        var sum: Int64 = 0
        for digit in digits.utf8 {
            step /= 10
            sum += Int64(digit - UInt8(ascii: "0")) * step
        }
        return sum
    }
}
