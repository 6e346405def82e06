/// No function is longer than ``limit`` lines, signature and closing brace included.
enum FunctionRule {
    static let limit = 70

    static func check(_ file: SourceFile) -> [Violation] {
        guard file.isSwift, file.isIn("Sources/", "Tests/") else { return [] }
        return functions(in: file).filter { $0.lines > limit }.map {
            Violation(
                path: file.path, line: $0.line,
                problem: "\($0.lines) lines, more than \(limit): a function does one thing")
        }
    }

    struct Function: Equatable {
        /// Where it begins, counted from 1.
        let line: Int
        let lines: Int
    }

    /// Functions, initialisers, subscripts and computed properties that have a body.
    static func functions(in file: SourceFile) -> [Function] {
        let code = file.code
        return keywords.flatMap { keyword in
            code.positions(of: keyword, asWord: true).compactMap { start -> Function? in
                guard !isMember(start, of: code),
                    let open = body(from: start + keyword.utf8.count, keyword, code),
                    let close = closingBrace(of: open, code)
                else { return nil }
                let line = file.lineNumber(at: start)
                return Function(line: line, lines: file.lineNumber(at: close) - line + 1)
            }
        }.sorted { $0.line < $1.line }
    }

    private static let keywords = ["func", "init", "deinit", "subscript", "var"]

    /// Whether it is a call, as in `self.init` or `.subscript`.
    private static func isMember(_ position: Int, of code: [UInt8]) -> Bool {
        position > 0 && code[position - 1] == UInt8(ascii: ".")
    }

    /// The brace that opens the body; nil for a requirement of a protocol or a stored property.
    private static func body(from start: Int, _ keyword: String, _ code: [UInt8]) -> Int? {
        var depth = 0
        var position = start
        var word: [UInt8] = []
        while position < code.count {
            let byte = code[position]
            if depth == 0 {
                if byte == UInt8(ascii: "{") { return position }
                if byte == UInt8(ascii: "}") { return nil }
                if byte == UInt8(ascii: "="), keyword == "var" { return nil }
                if !byte.isNamePart, enders.contains(String(decoding: word, as: UTF8.self)) {
                    return nil
                }
            }
            if opening.contains(byte) { depth += 1 }
            if closing.contains(byte) { depth -= 1 }
            if depth < 0 { return nil }
            if byte.isNamePart { word.append(byte) } else { word = [] }
            position += 1
        }
        return nil
    }

    private static let opening = Array("([".utf8)
    private static let closing = Array(")]".utf8)

    /// Words that begin the next declaration or statement, where there was no body.
    private static let enders: Set<String> = [
        "func", "init", "deinit", "subscript", "var", "let", "case", "static", "mutating",
        "associatedtype", "typealias", "struct", "class", "enum", "actor", "protocol",
        "extension", "package", "public", "private", "internal", "fileprivate", "import", "guard",
        "if", "for", "while", "return", "switch", "defer", "do", "try", "await",
    ]

    private static func closingBrace(of open: Int, _ code: [UInt8]) -> Int? {
        var depth = 0
        for position in open..<code.count {
            if code[position] == UInt8(ascii: "{") { depth += 1 }
            if code[position] == UInt8(ascii: "}") {
                depth -= 1
                if depth == 0 { return position }
            }
        }
        return nil
    }
}
