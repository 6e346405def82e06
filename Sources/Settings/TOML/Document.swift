import CTOML

/// One TOML file, read: its values, and the lines they stand in.
package struct Document {
    /// A table.
    package let root: DocumentNode
    private let lines: [SettingKey: Int]

    /// Why a text is not a TOML document; `line` counts from 1.
    package struct SyntaxError: Error, Equatable {
        package let line: Int?
        package let problem: String
    }

    package init(_ text: String) throws(SyntaxError) {
        let bytes = Array(text.utf8)
        // Texts go on into C strings, environments and the arguments of programs, which end at one.
        if let position = bytes.firstIndex(of: 0) {
            let line = bytes[..<position].count { $0 == UInt8(ascii: "\n") } + 1
            throw SyntaxError(line: line, problem: Self.noNUL)
        }
        try NestingCheck.check(bytes)
        let parsed = bytes.withUnsafeBytes { bytes in
            CTOMLParse(bytes.bindMemory(to: CChar.self).baseAddress, bytes.count)
        }
        guard let parsed else { throw SyntaxError(line: nil, problem: "is too large to be read") }
        defer { CTOMLFree(parsed) }
        guard parsed.pointee.count > 0 else { throw Self.error(parsed.pointee, in: text) }
        var tree = TreeReader(
            UnsafeBufferPointer(start: parsed.pointee.nodes, count: parsed.pointee.count))
        root = try tree.read(at: SettingKey([]), depth: 0)
        lines = tree.lines
    }

    /// The line of a place, or of the nearest around it whose line is known.
    package func line(around key: SettingKey) -> Int? {
        var place = key
        while !place.components.isEmpty {
            if let line = lines[place] { return line }
            place = place.parent
        }
        return nil
    }

    fileprivate static let noNUL = "a NUL character is not allowed"

    private static func error(_ document: CTOMLDocument, in text: String) -> SyntaxError {
        let (line, column) = (Int(document.line), Int(document.column))
        let reason =
            if let problem = document.problem {
                // The parser's own words, without its name and on one line.
                String(String(cString: problem).map { $0.isNewline ? " " : $0 })
            } else {
                unexpected(in: text, line: line, column: column)
            }
        return SyntaxError(line: line, problem: "not valid TOML at column \(column): \(reason)")
    }

    /// A character that the parser has no words for.
    private static func unexpected(in text: String, line: Int, column: Int) -> String {
        let lines = text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false)
        let row = lines.dropFirst(max(0, line - 1)).first ?? Substring.UnicodeScalarView()
        let scalar = row.dropFirst(max(0, column - 1)).first { $0 != "\r" }
        let found = scalar.map(Self.name) ?? "the end of the line"
        let isHeader = row.first { $0 != " " && $0 != "\t" } == "["
        return isHeader
            ? """
            \(found) instead of a table's name; it is made of letters, digits, _ and -, or \
            stands in quotes: ["name"]
            """
            : "\(found) instead of a key or a value; a text stands in quotes"
    }

    /// Quoted, or by its number where it cannot be seen.
    private static func name(_ scalar: Unicode.Scalar) -> String {
        switch scalar.properties.generalCategory {
        case .control, .format, .spaceSeparator, .lineSeparator, .paragraphSeparator:
            let digits = String(scalar.value, radix: 16, uppercase: true)
            return "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
        default:
            return TOMLText.string(String(scalar))
        }
    }
}

/// Makes values of the parser's nodes, each of which is followed by what is in it.
private struct TreeReader {
    private let nodes: UnsafeBufferPointer<CTOMLNode>
    private var next = 0
    /// The line of each key and table; of the first, where a list has several of a name.
    private(set) var lines: [SettingKey: Int] = [:]

    init(_ nodes: UnsafeBufferPointer<CTOMLNode>) {
        self.nodes = nodes
    }

    mutating func read(
        at place: SettingKey, depth: Int
    ) throws(Document.SyntaxError) -> DocumentNode {
        let node = nodes[next]
        next += 1
        switch node.kind {
        case .table: return .table(try readTable(node, at: place, depth: depth))
        case .list:
            try check(depth, "lists", node)
            var items: [DocumentNode] = []
            for _ in 0..<node.children { items.append(try read(at: place, depth: depth + 1)) }
            return .list(items)
        case .text: return .text(try text(node.text, node.textLength, node))
        case .integer: return .integer(Int(node.integer))
        case .decimal: return .decimal(node.decimal)
        case .boolean: return .boolean(node.boolean)
        case .date: return .other("a date")
        case .time: return .other("a time")
        case .dateTime: return .other("a date-time")
        }
    }

    /// The parser has forgotten the order of the lines, in which errors are to come.
    private mutating func readTable(
        _ node: CTOMLNode, at place: SettingKey, depth: Int
    ) throws(Document.SyntaxError) -> [DocumentNode.Member] {
        try check(depth, "tables", node)
        var members: [(line: Int, member: DocumentNode.Member)] = []
        for _ in 0..<node.children {
            let member = nodes[next]
            let name = try text(member.key, member.keyLength, member)
            let key = place.child(name)
            if member.line > 0 { lines[key] = min(lines[key] ?? .max, Int(member.line)) }
            let value = DocumentNode.Member(name, try read(at: key, depth: depth + 1))
            members.append((lines[key] ?? 0, value))
        }
        members.sort {
            $0.line == $1.line ? $0.member.name < $1.member.name : $0.line < $1.line
        }
        return members.map(\.member)
    }

    private func check(
        _ depth: Int, _ what: String, _ node: CTOMLNode
    ) throws(Document.SyntaxError) {
        guard depth >= FileLimits.nesting else { return }
        throw Document.SyntaxError(
            line: Int(node.line), problem: "\(what) nested more than \(FileLimits.nesting) deep")
    }

    private func text(
        _ start: UnsafePointer<CChar>?, _ length: Int, _ node: CTOMLNode
    ) throws(Document.SyntaxError) -> String {
        let bytes = UnsafeRawBufferPointer(start: start, count: length)
        guard !bytes.contains(0) else {
            throw Document.SyntaxError(line: Int(node.line), problem: Document.noNUL)
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
