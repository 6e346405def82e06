/// The last of what a handler said of itself, for the line that tells how its run ended.
package struct QuotedOutput: Sendable, Equatable {
    /// The longest line that is quoted in a sentence: more than a sentence has room for.
    private static let quoteMaximum = 240

    /// The line that most likely says why: nil where there is none.
    package let quote: String?
    /// All of it, where the quote is not all.
    package let rest: String?

    package init(_ output: String?) {
        let lines = (output ?? "").split(whereSeparator: \.isNewline)
            .map { Self.printable($0) }.filter { !$0.allSatisfy(\.isWhitespace) }
        guard let line = Self.telling(lines) else {
            (quote, rest) = (nil, nil)
            return
        }
        let trimmed = Self.trimmed(line)
        let isWhole = trimmed.count <= Self.quoteMaximum
        quote = isWhole ? trimmed : trimmed.prefix(Self.quoteMaximum) + "…"
        rest = isWhole && lines.count == 1 ? nil : lines.joined(separator: "\n")
    }

    /// The last line that begins at the margin and has words in it: below it stand the frames of a
    /// stack trace, closing brackets and tags.
    private static func telling(_ lines: [String]) -> String? {
        let worded = lines.filter(hasWords)
        return worded.last { $0.first?.isWhitespace == false } ?? worded.last ?? lines.last
    }

    /// Whether there are letters or digits outside of tags.
    private static func hasWords(_ line: String) -> Bool {
        var isInTag = false
        for character in line {
            switch character {
            case "<": isInTag = true
            case ">": isInTag = false
            default: if !isInTag, character.isLetter || character.isNumber { return true }
            }
        }
        return false
    }

    /// journalctl shows a text with control characters as so many bytes, and not as text.
    private static func printable(_ line: Substring) -> String {
        var text = String.UnicodeScalarView()
        for scalar in line.unicodeScalars {
            switch scalar.properties.generalCategory {
            case .control where scalar != "\t": text.append(" ")
            default: text.append(scalar)
            }
        }
        return String(text)
    }

    private static func trimmed(_ line: String) -> String {
        var line = Substring(line)
        while line.first?.isWhitespace ?? false { line.removeFirst() }
        while line.last?.isWhitespace ?? false { line.removeLast() }
        return String(line)
    }
}
