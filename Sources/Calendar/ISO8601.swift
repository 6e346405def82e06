package import FoundationEssentials

extension Date {
    /// Reads `2026-01-31T12:00:00Z`, with or without a fraction (dropped), `Z`, an offset
    /// (`+01:00`, `+0100`) or nothing (UTC) behind it. `nil` for anything else.
    package init?(iso8601 text: String) {
        var reader = DigitReader(text)
        guard let year = reader.number(of: 4), reader.skip("-"),
            let month = reader.number(of: 2), (1...12).contains(month), reader.skip("-"),
            let day = reader.number(of: 2), (1...31).contains(day),
            reader.skip("T") || reader.skip(" "),
            let hour = reader.number(of: 2), hour < 24, reader.skip(":"),
            let minute = reader.number(of: 2), minute < 60, reader.skip(":"),
            let second = reader.number(of: 2), second <= 60
        else { return nil }
        if reader.skip(".") { reader.skipDigits() }
        guard let offset = reader.offset(), reader.isAtEnd else { return nil }
        let time = CivilTime(
            year: year, month: month, day: day, hour: hour, minute: minute, second: second)
        self = time.date.addingTimeInterval(-Double(offset))
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

    mutating func skip(_ character: Unicode.Scalar) -> Bool {
        guard rest.first == UInt8(ascii: character) else { return false }
        rest = rest.dropFirst()
        return true
    }

    mutating func skipDigits() {
        rest = rest.drop(while: isDigit)
    }

    /// Seconds east of UTC.
    mutating func offset() -> Int? {
        if isAtEnd || skip("Z") { return 0 }
        let sign: Int
        if skip("+") { sign = 1 } else if skip("-") { sign = -1 } else { return nil }
        guard let hours = number(of: 2) else { return nil }
        _ = skip(":")
        guard let minutes = number(of: 2) else { return nil }
        return sign * (hours * 3600 + minutes * 60)
    }

    private func isDigit(_ byte: UInt8) -> Bool {
        byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
    }
}
