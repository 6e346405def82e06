import TOMLKit

/// One TOML file, read: its values, and the lines they stand in.
struct Document {
    let root: [String: DocumentNode]
    private let lines: [SettingKey: Int]

    /// Why a text is not a TOML document; `line` and `column` count from 1.
    struct SyntaxError: Error, Equatable {
        let line: Int?
        let problem: String
    }

    init(_ text: String) throws(SyntaxError) {
        // The parser ends at a NUL, and cuts strings at one, without a word.
        if let line = Self.lineOfNUL(in: text) {
            throw SyntaxError(line: line, problem: "a NUL character is not allowed")
        }
        do {
            root = try Self.convert(TOMLTable(string: text), depth: 0)
        } catch let error as TOMLParseError {
            let place = error.source.begin
            let problem = "not valid TOML at column \(place.column): \(Self.reason(error))"
            throw SyntaxError(line: place.line, problem: problem)
        } catch let error as SyntaxError {
            throw error
        } catch {
            throw SyntaxError(line: nil, problem: "not valid TOML")
        }
        lines = KeyLocator.lines(in: text)
    }

    /// Where the key or table stands; nil where that is not known.
    func line(of key: SettingKey) -> Int? { lines[key] }

    /// The parser's own words, without its name and on one line.
    private static func reason(_ error: TOMLParseError) -> String {
        String(error.description.map { $0.isNewline ? " " : $0 })
    }

    private static func lineOfNUL(in text: String) -> Int? {
        var line = 1
        for row in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if row.utf8.contains(0) || row.contains("\\u0000") || row.contains("\\U00000000") {
                return line
            }
            line += 1
        }
        return nil
    }

    private static func convert(
        _ table: TOMLTable, depth: Int
    ) throws(SyntaxError) -> [String: DocumentNode] {
        guard depth < Limits.nesting else {
            throw SyntaxError(
                line: nil, problem: "tables nested more than \(Limits.nesting) deep")
        }
        var result: [String: DocumentNode] = [:]
        for (name, value) in table {
            result[name] = try convert(value, depth: depth + 1)
        }
        return result
    }

    private static func convert(
        _ value: any TOMLValueConvertible, depth: Int
    ) throws(SyntaxError) -> DocumentNode {
        if let text = value.string { return .text(text) }
        if let number = value.int { return .integer(number) }
        if let number = value.double { return .decimal(number) }
        if let flag = value.bool { return .boolean(flag) }
        if let table = value.table { return .table(try convert(table, depth: depth)) }
        if let array = value.array {
            guard depth < Limits.nesting else {
                throw SyntaxError(
                    line: nil, problem: "lists nested more than \(Limits.nesting) deep")
            }
            var items: [DocumentNode] = []
            for item in array {
                items.append(try convert(item, depth: depth + 1))
            }
            return .list(items)
        }
        return .other("a \(value.type)")
    }
}

/// A value of a TOML file, as far as the schema asks for it.
indirect enum DocumentNode: Equatable {
    case text(String)
    case integer(Int)
    case decimal(Double)
    case boolean(Bool)
    case list([DocumentNode])
    case table([String: DocumentNode])
    /// A type that no key has, named with its article.
    case other(String)

    /// What it is, for an error about its type.
    var kind: String {
        switch self {
        case .text: "a text"
        case .integer: "a number"
        case .decimal: "a number with a point"
        case .boolean: "true or false"
        case .list: "a list"
        case .table: "a table"
        case .other(let name): name
        }
    }

    /// The value for an error about it, shortened and without secrets.
    var quoted: String {
        switch self {
        case .text(let text):
            TOMLText.string(String(Redaction.redact(text).prefix(Limits.quotedLength)))
        case .integer(let number): String(number)
        case .decimal(let number): String(number)
        case .boolean(let flag): String(flag)
        case .list, .table, .other: kind
        }
    }
}
