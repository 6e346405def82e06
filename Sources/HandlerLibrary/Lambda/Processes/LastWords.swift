/// The end of what a process printed, short enough to be part of a reason.
enum LastWords {
    /// The last lines of a stack trace say where it happened, and what.
    private static let lines = 3
    /// A status line of 1 KiB has room for it beside the rest.
    private static let bytes = 300

    /// The last words in one line: `File "orders.py", line 1, in <module> | import nope |
    /// ModuleNotFoundError: …`. Nil where it says nothing besides what `reason` does.
    static func line(of output: String, besides reason: String) -> String? {
        let lines = output.split(whereSeparator: \.isNewline).map(trimmed)
        let news = lines.filter { line in
            let said = line.hasPrefix("[ERROR] ") ? line.dropFirst(8) : line
            return !said.isEmpty && !reason.contains(said)
        }
        guard !news.isEmpty else { return nil }
        return String(news.suffix(Self.lines).joined(separator: " | ").end(bytes: Self.bytes))
    }

    private static func trimmed(_ line: Substring) -> Substring {
        var line = line.drop(while: \.isWhitespace)
        while line.last?.isWhitespace == true { line.removeLast() }
        return line
    }
}
