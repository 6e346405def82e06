/// Rules about the text of a file, whatever its language.
enum TextRule {
    static let lineLimit = 300
    static let columnLimit = 100

    static func check(_ file: SourceFile) -> [Violation] {
        guard isWritten(file) else { return checkPaths(file) }
        return checkLength(file) + checkLines(file) + checkPaths(file) + checkMarkers(file)
            + checkPublic(file)
    }

    /// Source code; not prose, not data.
    private static func isWritten(_ file: SourceFile) -> Bool {
        [".swift", ".c", ".cpp", ".h", ".py"].contains { file.path.hasSuffix($0) }
    }

    private static func checkLength(_ file: SourceFile) -> [Violation] {
        guard file.lineCount > lineLimit, file.path != "Package.swift" else { return [] }
        return [
            Violation(
                path: file.path, line: lineLimit + 1,
                problem: "\(file.lineCount) lines, more than \(lineLimit): one idea per file")
        ]
    }

    private static func checkLines(_ file: SourceFile) -> [Violation] {
        guard file.lineCount > 0 else { return [] }
        return (1...file.lineCount).flatMap { number in
            lineProblems(file.line(number)).map {
                Violation(path: file.path, line: number, problem: $0)
            }
        }
    }

    private static func lineProblems(_ line: ArraySlice<UInt8>) -> [String] {
        var problems: [String] = []
        if line.contains(UInt8(ascii: "\t")) { problems.append("a tab: indent with spaces") }
        if line.last == UInt8(ascii: " ") { problems.append("space at the end: remove it") }
        // A character takes at least a byte, so most lines need no counting.
        if line.count > columnLimit {
            let columns = String(decoding: line, as: UTF8.self).count
            if columns > columnLimit {
                problems.append("\(columns) columns, more than \(columnLimit): break the line")
            }
        }
        return problems
    }

    private static func checkPaths(_ file: SourceFile) -> [Violation] {
        machinePaths.flatMap { path in
            file.bytes.positions(of: path).map {
                file.violation(at: $0, "a path of one machine: make it relative, or a parameter")
            }
        }
    }

    /// In pieces, so that this file does not break its own rule.
    private static let machinePaths = ["work", "tmp/h", "root", "Users"].map { "/\($0)/" }

    private static func checkMarkers(_ file: SourceFile) -> [Violation] {
        markers.flatMap { marker in
            file.comments.positions(of: marker, asWord: true).map {
                file.violation(at: $0, "\(marker): do it now, or write an issue")
            }
        }
    }

    private static let markers = ["TODO", "FIXME", "XXX"]

    private static func checkPublic(_ file: SourceFile) -> [Violation] {
        guard file.isSwift, file.isIn("Sources/"),
            !file.isIn("Sources/MessageHandling/", "Sources/SQSSubscriber/")
        else { return [] }
        return file.code.positions(of: "public", asWord: true).filter { position in
            !file.code[(position + 6)...].starts(with: " import ".utf8)
        }.map {
            file.violation(at: $0, "public is for MessageHandling and SQSSubscriber: use package")
        }
    }
}
