/// A switch over an enum of ours lists its cases: a new one is then looked at everywhere.
enum SwitchRule {
    /// The names of the cases of each enum in `Sources`.
    static func enums(in files: [SourceFile]) -> [Set<String>] {
        files.filter { $0.isSwift && $0.isIn("Sources/") }.flatMap { file in
            file.code.positions(of: "enum", asWord: true).compactMap { position in
                guard let open = file.code[position...].firstIndex(of: UInt8(ascii: "{")),
                    let close = file.code.closing(of: open)
                else { return nil }
                return cases(in: file.code[(open + 1)..<close])
            }
        }
    }

    static func check(_ file: SourceFile, _ enums: [Set<String>]) -> [Violation] {
        guard file.isSwift, file.isIn("Sources/") else { return [] }
        return file.code.positions(of: "switch", asWord: true).compactMap { position in
            guard let open = file.code[position...].firstIndex(of: UInt8(ascii: "{")),
                let close = file.code.closing(of: open)
            else { return nil }
            let body = file.code[(open + 1)..<close]
            guard let fallback = outermost("default", in: body).first else { return nil }
            let names = Set(outermost("case", in: body).flatMap { patterns(of: $0, in: file.code) })
            guard !names.isEmpty, enums.contains(where: names.isSubset) else { return nil }
            return file.violation(
                at: fallback, "default: in a switch over an enum of ours; list the other cases")
        }
    }

    /// The names that are declared as cases at the top of an enum's body.
    private static func cases(in body: ArraySlice<UInt8>) -> Set<String> {
        Set(
            outermost("case", in: body).flatMap { start in
                let line = body[(start + 4)...].prefix { $0 != UInt8(ascii: "\n") }
                return withoutBrackets(line).split(separator: UInt8(ascii: ",")).compactMap {
                    name(at: $0)
                }
            })
    }

    /// The names after a dot in the patterns of a case, to its colon.
    private static func patterns(of start: Int, in code: [UInt8]) -> [String] {
        var depth = 0
        var end = start
        while end < code.count, depth > 0 || code[end] != UInt8(ascii: ":") {
            if code[end] == UInt8(ascii: "(") { depth += 1 }
            if code[end] == UInt8(ascii: ")") { depth -= 1 }
            end += 1
        }
        let text = code[(start + 4)..<end]
        let condition = Array(text).positions(of: "where", asWord: true).first
        let pattern = condition.map { text.prefix($0) } ?? text
        return pattern.indices.dropFirst().filter {
            pattern[$0 - 1] == UInt8(ascii: ".") && pattern[$0].isNamePart
                && ($0 == pattern.startIndex + 1 || !pattern[$0 - 2].isNamePart)
        }.compactMap { name(at: pattern[$0...]) }
    }

    /// Where a word begins a line and is in no brackets.
    private static func outermost(_ word: String, in body: ArraySlice<UInt8>) -> [Int] {
        var depth = 0
        var depths: [Int: Int] = [:]
        for position in body.indices {
            if Array("([{".utf8).contains(body[position]) { depth += 1 }
            if Array(")]}".utf8).contains(body[position]) { depth -= 1 }
            if depth == 0 { depths[position] = 0 }
        }
        return Array(body).positions(of: word, asWord: true).map { $0 + body.startIndex }.filter {
            let before = body[..<$0].last { $0 != UInt8(ascii: " ") }
            return depths[$0] != nil && (before == nil || before == UInt8(ascii: "\n"))
        }
    }

    private static func withoutBrackets(_ text: ArraySlice<UInt8>) -> [UInt8] {
        var depth = 0
        return text.filter { byte in
            if byte == UInt8(ascii: "(") { depth += 1 }
            defer { if byte == UInt8(ascii: ")") { depth -= 1 } }
            return depth == 0
        }
    }

    private static func name(at text: ArraySlice<UInt8>) -> String? {
        let name = text.drop { !$0.isNamePart }.prefix { $0.isNamePart }
        return name.isEmpty ? nil : String(decoding: name, as: UTF8.self)
    }
}
