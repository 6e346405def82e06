import Glibc

/// One file of the repository, as the rules see it.
struct SourceFile {
    /// Relative to the repository: `Sources/AWS/HTTP/Transport.swift`.
    let path: String
    let bytes: [UInt8]
    /// What is code: all of a file that is not Swift.
    let code: [UInt8]
    /// What is comment: all of a file that is not Swift.
    let comments: [UInt8]
    /// Where each line starts.
    private let starts: [Int]

    init(path: String, text: String) {
        self.path = path
        bytes = Array(text.utf8)
        let isSwift = path.hasSuffix(".swift")
        let parts = isSwift ? SwiftText(text) : nil
        code = parts?.code ?? bytes
        comments = parts?.comments ?? bytes
        var starts = [0]
        for (index, byte) in bytes.enumerated() where byte == UInt8(ascii: "\n") {
            starts.append(index + 1)
        }
        self.starts = starts
    }

    var isSwift: Bool { path.hasSuffix(".swift") }

    /// `AWS` for `Sources/AWS/HTTP/Transport.swift`; empty outside of `Sources` and `Tests`.
    var target: String {
        let parts = path.split(separator: "/")
        return parts.count > 2 ? String(parts[1]) : ""
    }

    /// Whether the file is in that folder, given as `Sources/` or `Sources/AWS/`.
    func isIn(_ folders: String...) -> Bool { folders.contains { path.hasPrefix($0) } }

    /// Without an empty one after the end of the last line.
    var lineCount: Int { bytes.last == UInt8(ascii: "\n") ? starts.count - 1 : starts.count }

    /// The bytes of a line, counted from 1, without its end.
    func line(_ number: Int) -> ArraySlice<UInt8> {
        let start = starts[number - 1]
        let end = number < starts.count ? starts[number] - 1 : bytes.count
        return bytes[start..<end]
    }

    /// The number of the line that a position is in.
    func lineNumber(at position: Int) -> Int {
        var (low, high) = (0, starts.count)
        while high - low > 1 {
            let middle = (low + high) / 2
            if starts[middle] <= position { low = middle } else { high = middle }
        }
        return low + 1
    }

    func violation(at position: Int, _ problem: String) -> Violation {
        Violation(path: path, line: lineNumber(at: position), problem: problem)
    }
}

/// A place that breaks a rule.
struct Violation: Equatable, CustomStringConvertible {
    let path: String
    let line: Int
    /// What is wrong, and what to do instead.
    let problem: String

    var description: String { "\(path):\(line): \(problem)" }
}

extension [UInt8] {
    /// Every place where the text stands. With `asWord`, only where it is not a part of a longer
    /// name.
    func positions(of text: String, asWord: Bool = false) -> [Int] {
        let wanted = Array(text.utf8)
        guard let first = wanted.first, let last = wanted.last else { return [] }
        var found: [Int] = []
        withUnsafeBytes { all in
            guard let base = all.baseAddress else { return }
            // By the C library, since a loop over bytes is slow in a debug build.
            var start = 0
            while start + wanted.count <= all.count,
                let hit = memchr(base + start, Int32(first), all.count - start)
            {
                let position = base.distance(to: hit)
                start = position + 1
                guard position + wanted.count <= all.count else { return }
                if memcmp(hit, wanted, wanted.count) == 0 { found.append(position) }
            }
        }
        guard asWord else { return found }
        return found.filter { start in
            let end = start + wanted.count
            let before = start > 0 && self[start - 1].isNamePart && first.isNamePart
            let after = end < count && self[end].isNamePart && last.isNamePart
            return !before && !after
        }
    }
}

extension UInt8 {
    /// A letter, a digit, `_`, or a byte of a character outside of ASCII.
    var isNamePart: Bool {
        self >= 0x80 || self == UInt8(ascii: "_")
            || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self)
            || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(self)
            || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self)
    }
}
