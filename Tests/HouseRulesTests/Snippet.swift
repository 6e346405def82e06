import Testing

/// A text that rules are tried on.
struct Snippet: Sendable, CustomTestStringConvertible {
    let path: String
    let text: String
    /// The lines that break a rule.
    let lines: [Int]

    init(_ path: String, _ text: String, _ lines: [Int]) {
        self.path = path
        self.text = text
        self.lines = lines
    }

    var testDescription: String { "\(path): \(text.prefix(60))" }
    var file: SourceFile { SourceFile(path: path, text: text) }
}
