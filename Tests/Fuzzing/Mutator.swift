import TestKit

/// Changes right inputs in ways that readers of texts may stumble over: in their lines, numbers,
/// quoted texts and brackets as well as in their bytes.
struct Mutator {
    let corpus: [[UInt8]]
    let words: [String]

    /// No input gets larger by being mutated: what is large is slow to read, and finds no more.
    static let longest = 1 << 17

    /// Now and then the plain input, or no more than words in a row.
    func input(_ random: inout SeededGenerator) -> [UInt8] {
        var text = random.pick(corpus) ?? []
        if random.isOne(in: 50) { return text }
        if random.isOne(in: 40) {
            text = (0..<random.size(atMost: 30)).flatMap { _ in word(&random) }
        }
        for _ in 0..<(random.isOne(in: 3) ? random.size(atMost: 12) : 1 + random.below(3)) {
            change(&text, &random)
            if text.count > Self.longest { text.removeSubrange(Self.longest...) }
        }
        return text
    }

    private func change(_ text: inout [UInt8], _ random: inout SeededGenerator) {
        switch random.below(16) {
        case 0: flip(&text, &random)
        case 1: replaceByte(&text, &random)
        case 2, 3: insert(word(&random), into: &text, &random)
        case 4: text.removeSubrange(range(in: text, &random))
        case 5: repeatRange(&text, &random)
        case 6: swapLines(&text, &random)
        case 7: removeLine(&text, &random)
        case 8: repeatLine(&text, &random)
        case 9, 10: replaceNumber(&text, &random)
        case 11: replaceQuoted(&text, &random)
        case 12: splice(&text, &random)
        case 13: text.removeSubrange(random.below(text.count + 1)...)
        case 14: nest(&text, &random)
        default: repeatWord(&text, &random)
        }
    }

    private func word(_ random: inout SeededGenerator) -> [UInt8] {
        let own = random.isOne(in: 3) ? nil : random.pick(words)
        return Array((own ?? random.pick(Self.odd) ?? "").utf8)
    }

    private func insert(
        _ bytes: [UInt8], into text: inout [UInt8], _ random: inout SeededGenerator
    ) {
        text.insert(contentsOf: bytes, at: random.below(text.count + 1))
    }

    private func range(in text: [UInt8], _ random: inout SeededGenerator) -> Range<Int> {
        let start = random.below(text.count + 1)
        return start..<start + random.size(atMost: text.count - start)
    }
}

// Bytes.
extension Mutator {
    private func flip(_ text: inout [UInt8], _ random: inout SeededGenerator) {
        guard !text.isEmpty else { return }
        text[random.below(text.count)] ^= 1 << UInt8(random.below(8))
    }

    private func replaceByte(_ text: inout [UInt8], _ random: inout SeededGenerator) {
        guard !text.isEmpty else { return }
        text[random.below(text.count)] = random.pick(Self.oddBytes) ?? 0
    }

    private func repeatRange(_ text: inout [UInt8], _ random: inout SeededGenerator) {
        let range = range(in: text, &random)
        let times = min(random.size(atMost: 400), Self.longest / max(1, range.count))
        text.insert(
            contentsOf: (0..<times).flatMap { _ in text[range] }, at: range.upperBound)
    }

    private func repeatWord(_ text: inout [UInt8], _ random: inout SeededGenerator) {
        let word = word(&random)
        let times = random.size(atMost: Self.longest / max(1, word.count) / 4)
        insert((0..<times).flatMap { _ in word }, into: &text, &random)
    }

    /// The beginning of one, the end of another.
    private func splice(_ text: inout [UInt8], _ random: inout SeededGenerator) {
        let other = random.pick(corpus) ?? []
        text =
            Array(text[..<random.below(text.count + 1)])
            + other[random.below(other.count + 1)...]
    }

    private func nest(_ text: inout [UInt8], _ random: inout SeededGenerator) {
        let (open, close) = random.pick(Self.brackets) ?? ("[", "]")
        let depth = random.size(atMost: 4_000)
        let range = range(in: text, &random)
        let isClosed = !random.isOne(in: 4)
        let ends = isClosed ? (0..<depth).flatMap { _ in Array(close.utf8) } : []
        text.insert(contentsOf: ends, at: range.upperBound)
        text.insert(
            contentsOf: (0..<depth).flatMap { _ in Array(open.utf8) }, at: range.lowerBound)
    }

    private static let brackets = [
        ("[", "]"), ("{", "}"), ("{\"a\":", "}"), ("[[", "]]"), ("{a=", "}"), ("(", ")"),
        ("<a>", "</a>"), ("\"", "\""), ("a.", ""),
    ]
    private static let oddBytes: [UInt8] =
        [0x00, 0x01, 0x08, 0x0A, 0x0B, 0x0C, 0x0D, 0x1B, 0x7F, 0x80, 0xBF, 0xC0, 0xED, 0xFE, 0xFF]
        + Array("\"'\\[]{}()<>=:,.;#&%$_-+ \t/*?0129eExZnt".utf8)
    private static let odd = [
        "", " ", "\n", "\r\n", "\t", "\u{0}", "\u{FEFF}", "\u{A0}", "\u{2028}", "\u{85}",
        "\u{202E}",
        "\u{1F600}", "e\u{301}", "“exec”", "[", "]", "{", "}", "\"", "\"\"\"", "'''", "\\",
        "\\u0000",
        "\\uD800", "\\uDC00", "\\U0010FFFF", "#", "=", ",", ".", ":", "-", "<<<<<<< HEAD",
        "${NAME}",
        "{{ x }}", "null", "true", "NaN", "inf", "-0", "1e999", "1979-05-27T07:32:00Z", "%00", "%",
    ]
}

// Lines, numbers and quoted texts.
extension Mutator {
    private func lines(_ text: [UInt8]) -> [ArraySlice<UInt8>] {
        text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    }

    private func join(_ lines: [ArraySlice<UInt8>]) -> [UInt8] {
        Array(lines.joined(separator: [UInt8(ascii: "\n")]))
    }

    private func swapLines(_ text: inout [UInt8], _ random: inout SeededGenerator) {
        var lines = lines(text)
        lines.swapAt(random.below(lines.count), random.below(lines.count))
        text = join(lines)
    }

    private func removeLine(_ text: inout [UInt8], _ random: inout SeededGenerator) {
        var lines = lines(text)
        lines.remove(at: random.below(lines.count))
        text = join(lines)
    }

    private func repeatLine(_ text: inout [UInt8], _ random: inout SeededGenerator) {
        var lines = lines(text)
        guard let line = random.pick(lines) else { return }
        let times = min(random.size(atMost: 300), Self.longest / max(1, line.count))
        lines.insert(
            contentsOf: (0..<times).map { _ in line }, at: random.below(lines.count + 1))
        text = join(lines)
    }

    private func replaceNumber(_ text: inout [UInt8], _ random: inout SeededGenerator) {
        let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
        let starts = text.indices.filter {
            digits.contains(text[$0]) && ($0 == 0 || !digits.contains(text[$0 - 1]))
        }
        guard let start = random.pick(starts) else { return }
        let end = text[start...].firstIndex { !digits.contains($0) } ?? text.endIndex
        text.replaceSubrange(start..<end, with: Array((random.pick(Self.numbers) ?? "0").utf8))
    }

    /// What stands between two quotes, or what follows one.
    private func replaceQuoted(_ text: inout [UInt8], _ random: inout SeededGenerator) {
        let quotes = text.indices.filter { text[$0] == UInt8(ascii: "\"") }
        guard let start = random.pick(quotes) else { return }
        let end = text[(start + 1)...].firstIndex(of: UInt8(ascii: "\"")) ?? text.endIndex
        text.replaceSubrange(start + 1..<end, with: word(&random))
    }

    private static let numbers = [
        "0", "1", "-1", "00", "007", "127", "128", "255", "256", "32767", "32768", "65535", "65536",
        "2147483647", "2147483648", "4294967295", "4294967296", "9007199254740993",
        "9223372036854775807", "9223372036854775808", "-9223372036854775808",
        "18446744073709551615", "18446744073709551616", "99999999999999999999999999", "0x7f",
        "1_000", "1__0", "0.1", ".5", "5.", "1e5", "1e308", "1e309", "-1e-400", "253402300800",
        "-62135596801", "1735689599", "0000000000000000000000001", "١٢",
    ]
}
