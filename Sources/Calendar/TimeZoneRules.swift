import Glibc

/// How far the clocks of a place are from UTC, and when that changes.
///
/// Reads the system's own files (RFC 9636), and not Foundation's time zones, which bring 40 MB of
/// data with them.
package struct TimeZoneRules: Sendable, Equatable {
    /// Why a time zone cannot be used, in words that follow its name.
    package struct Problem: Error, Equatable, CustomStringConvertible {
        package let description: String
    }

    package static let utc = TimeZoneRules(transitions: [], first: 0, rule: nil)
    package static let systemDirectory = "/usr/share/zoneinfo"

    private struct Transition: Equatable {
        /// Seconds since 1970-01-01 UTC.
        let at: Int
        /// Seconds east of UTC from then on.
        let offset: Int
    }

    private let transitions: [Transition]
    /// The offset before all transitions.
    private let first: Int
    /// The rule after all transitions.
    private let rule: YearlyRule?

    private init(transitions: [Transition], first: Int, rule: YearlyRule?) {
        self.transitions = transitions
        self.first = first
        self.rule = rule
    }

    /// - Parameter name: as in the time zone database, `Europe/Berlin`.
    package init(
        named name: String, directory: String = systemDirectory
    ) throws(Problem) {
        if name == "UTC" {
            self = .utc
            return
        }
        let isName = name.allSatisfy {
            $0.isASCII && ($0.isLetter || $0.isNumber || "_+-/".contains($0))
        }
        guard isName, !name.isEmpty, !name.hasPrefix("/"),
            let file = Self.bytes(of: "\(directory)/\(name)")
        else {
            throw Problem(
                description: "is not in \(directory); give a name as Europe/Berlin, and install "
                    + "tzdata where there are none")
        }
        guard let rules = TimeZoneRules(file: file) else {
            throw Problem(description: "is no time zone file (RFC 9636)")
        }
        self = rules
    }

    /// Many times the largest of the database. What is larger is no time zone file.
    private static let sizeMaximum = 1 << 20

    /// Nil where it cannot be read, or is no regular file: another may be waited for without end.
    private static func bytes(of path: String) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var facts = stat()
        guard fstat(descriptor, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG else { return nil }
        var bytes = [UInt8](repeating: 0, count: min(Int(facts.st_size), sizeMaximum))
        let count = bytes.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
        return count == bytes.count ? bytes : nil
    }

    /// Seconds east of UTC at a moment, in seconds since 1970-01-01 UTC.
    package func offset(at moment: Int) -> Int {
        guard let last = transitions.last else { return rule?.offset(at: moment) ?? first }
        if moment >= last.at { return rule?.offset(at: moment) ?? last.offset }
        // The last that is not after the moment.
        var (low, high) = (0, transitions.count)
        while low < high {
            let middle = (low + high) / 2
            if transitions[middle].at <= moment { low = middle + 1 } else { high = middle }
        }
        return low == 0 ? first : transitions[low - 1].offset
    }

    /// The moments at which clocks show a local time, in seconds as if it were UTC: one; two where
    /// clocks are set back over it; none where they are set forward over it.
    func moments(ofLocal local: Int) -> [Int] {
        candidates(local).map { local - $0 }.filter { local - offset(at: $0) == $0 }.sorted()
    }

    /// The moment at which clocks are set forward over a local time that they never show.
    func endOfGap(atLocal local: Int) -> Int {
        // Offsets change once in two days at most.
        var (low, high) = (local - 2 * CalendarDay.seconds, local + 2 * CalendarDay.seconds)
        let after = offset(at: high)
        while high - low > 1 {
            let middle = (low + high) / 2
            if offset(at: middle) == after { high = middle } else { low = middle }
        }
        return high
    }

    private func candidates(_ local: Int) -> Set<Int> {
        [offset(at: local - CalendarDay.seconds), offset(at: local + CalendarDay.seconds)]
    }
}

extension TimeZoneRules {
    /// The second of a file's two blocks, with times of 64 bits, and the rule at its end.
    private init?(file: [UInt8]) {
        guard let old = Header(file, at: 0), old.version >= 2,
            let header = Header(file, at: Header.size + old.length(timeSize: 4))
        else { return nil }
        let times = header.start
        let indexes = times + header.timeCount * 8
        let types = indexes + header.timeCount
        let end = header.start + header.length(timeSize: 8)
        guard end <= file.count, header.typeCount > 0, let footer = Self.footer(file, from: end)
        else { return nil }
        let offsets = (0..<header.typeCount).map { index in
            Int(Int32(truncatingIfNeeded: Header.number(file, at: types + index * 6, size: 4)))
        }
        guard offsets.allSatisfy(Self.offsets.contains),
            file[indexes..<types].allSatisfy({ $0 < header.typeCount })
        else { return nil }
        transitions = (0..<header.timeCount).map { index in
            Transition(
                at: Header.number(file, at: times + index * 8, size: 8),
                offset: offsets[Int(file[indexes + index])])
        }
        first = offsets[0]
        rule = YearlyRule(footer)
        guard zip(transitions, transitions.dropFirst()).allSatisfy({ $0.at < $1.at }) else {
            return nil
        }
    }

    /// The line at the end, which is all that a file knows of the future. Nil where it was cut.
    private static func footer(_ file: [UInt8], from end: Int) -> String? {
        let newline = UInt8(ascii: "\n")
        guard end < file.count, file[end] == newline,
            let close = file[(end + 1)...].firstIndex(of: newline)
        else { return nil }
        return String(decoding: file[(end + 1)..<close], as: UTF8.self)
    }

    /// RFC 9636 section 3.2: more than -25 h, less than 26 h.
    private static let offsets = -89_999...93_599

    private struct Header {
        static let size = 44

        let version: Int
        /// Where what it counts begins.
        let start: Int
        private let counts: [Int]

        var timeCount: Int { counts[3] }
        var typeCount: Int { counts[4] }

        init?(_ file: [UInt8], at place: Int) {
            guard place + Self.size <= file.count,
                file[place..<place + 4].elementsEqual("TZif".utf8)
            else { return nil }
            version = Int(file[place + 4]) - Int(UInt8(ascii: "0"))
            start = place + Self.size
            counts = (0..<6).map { Self.number(file, at: place + 20 + $0 * 4, size: 4) }
            let limit = file.count
            guard counts.allSatisfy({ $0 <= limit }) else { return nil }
        }

        /// isutcnt, isstdcnt, leapcnt, timecnt, typecnt, charcnt: RFC 9636 section 3.1.
        func length(timeSize: Int) -> Int {
            timeCount * (timeSize + 1) + typeCount * 6 + counts[5] + counts[2] * (timeSize + 4)
                + counts[1] + counts[0]
        }

        static func number(_ file: [UInt8], at place: Int, size: Int) -> Int {
            Int(
                truncatingIfNeeded: file[place..<place + size].reduce(UInt64(0)) {
                    $0 << 8 | UInt64($1)
                })
        }
    }
}
