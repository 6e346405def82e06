package import Glibc

/// A moment in local time, to the millisecond: `2026-03-29 14:05:09.123`.
package struct LocalTime: CustomStringConvertible {
    private let parts: tm
    private let milliseconds: Int

    /// The time zone is the one that `TZ` or /etc/localtime named when the process first asked.
    package init(_ moment: timespec) {
        var seconds = moment.tv_sec
        var parts = tm()
        localtime_r(&seconds, &parts)
        self.parts = parts
        milliseconds = moment.tv_nsec / 1_000_000
    }

    static var now: LocalTime { LocalTime(.now) }

    package var description: String {
        var text: [UInt8] = []
        append(to: &text)
        return String(decoding: text, as: UTF8.self)
    }

    func append(to line: inout [UInt8]) {
        Self.append(Int(parts.tm_year) + 1900, digits: 4, before: "-", to: &line)
        Self.append(Int(parts.tm_mon) + 1, digits: 2, before: "-", to: &line)
        Self.append(Int(parts.tm_mday), digits: 2, before: " ", to: &line)
        Self.append(Int(parts.tm_hour), digits: 2, before: ":", to: &line)
        Self.append(Int(parts.tm_min), digits: 2, before: ":", to: &line)
        Self.append(Int(parts.tm_sec), digits: 2, before: ".", to: &line)
        Self.append(milliseconds, digits: 3, before: "", to: &line)
    }

    private static func append(
        _ number: Int, digits: Int, before separator: String, to line: inout [UInt8]
    ) {
        let text = String(number)
        for _ in 0..<max(0, digits - text.utf8.count) {
            line.append(UInt8(ascii: "0"))
        }
        line.append(contentsOf: text.utf8)
        line.append(contentsOf: separator.utf8)
    }
}

extension timespec {
    /// The time of day.
    static var now: timespec {
        var moment = timespec()
        clock_gettime(CLOCK_REALTIME, &moment)
        return moment
    }
}
