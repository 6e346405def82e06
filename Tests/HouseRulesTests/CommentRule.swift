/// The comment of a declaration begins with its subject: quick help shows it without the name, and
/// a reader meets it before.
enum CommentRule {
    static func check(_ file: SourceFile) -> [Violation] {
        guard file.isSwift, file.isIn("Sources/") else { return [] }
        var isInside = false
        return (1...max(1, file.lineCount)).compactMap { number in
            let line = file.line(number).drop { $0 == UInt8(ascii: " ") }
            defer { isInside = line.starts(with: "///".utf8) }
            guard !isInside, line.starts(with: "/// ".utf8) else { return nil }
            let words = String(decoding: line.dropFirst(4), as: UTF8.self)
            guard let word = beginnings.first(where: { words.hasPrefix($0 + " ") }) else {
                return nil
            }
            return Violation(
                path: file.path, line: number,
                problem: "a comment that begins with “\(word)” leaves out what it is about")
        }
    }

    private static let beginnings = [
        "After", "Against", "Among", "As", "At", "Before", "Behind", "Beside", "Between", "Beyond",
        "By", "For", "From", "In", "Into", "Of", "On", "Over", "Per", "Since", "The same",
        "Through", "To", "Under", "Until", "With", "Within", "Without",
    ]
}
