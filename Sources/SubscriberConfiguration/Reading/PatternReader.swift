import EventPatterns
import JSON

/// Reads the event pattern of a handler, and tells all that is wrong with it.
///
/// The tables, lists and values of TOML stand for the objects, lists and values of JSON. What TOML
/// cannot say (`null`, a number of more than 64 bits) is said in JSON, in the one key `pattern`.
struct PatternReader {
    let path: String
    let document: Document

    func read(
        _ node: DocumentNode, at key: SettingKey, into table: inout SettingTable,
        problems: inout Problems
    ) {
        do throws(PatternErrors) {
            let pattern = try EventPattern(try source(node), for: .message)
            table.set(key, .pattern(pattern), .file(path, line: document.line(of: key)))
        } catch {
            table.refuse(key)
            for error in error.errors.prefix(Limits.errors + 1) {
                let place = SettingKey(key.components + error.path)
                problems.add(.file(path, line: line(of: place)), key: place, error.problem)
            }
        }
    }

    private func source(_ node: DocumentNode) throws(PatternErrors) -> JSONValue {
        guard case .table(let members) = node else {
            throw failure([], "\(node.kind) is the wrong type; allowed: a table")
        }
        guard !members.isEmpty else {
            throw failure([], "is empty; \(Self.allowed), or remove it to have every message")
        }
        guard let text = members[Self.jsonKey] else { return try value(node, at: []) }
        guard members.count == 1 else {
            throw failure(
                [Self.jsonKey], "is the whole pattern in JSON; remove it, or the other keys")
        }
        guard case .text(let json) = text else {
            throw failure(
                [Self.jsonKey], "\(text.kind) is the wrong type; allowed: a text with JSON")
        }
        do throws(JSONError) {
            return try JSONValue(parsing: json)
        } catch {
            throw failure([Self.jsonKey], "not valid JSON: \(error)")
        }
    }

    private func value(
        _ node: DocumentNode, at path: [String]
    ) throws(PatternErrors) -> JSONValue {
        switch node {
        case .text(let text): return .text(text)
        case .integer(let number): return .number(String(number))
        case .decimal(let number):
            guard number.isFinite else { throw failure(path, "\(number) is no number of JSON") }
            return .number(String(number))
        case .boolean(let flag): return .boolean(flag)
        case .list(let items):
            var values: [JSONValue] = []
            for item in items { values.append(try value(item, at: path)) }
            return .list(values)
        case .table(let members):
            var result: [JSONValue.Member] = []
            let place = SettingKey([Self.matchKey] + path)
            for name in document.inOrder(members.keys, at: place).map(\.last) {
                guard let node = members[name] else { continue }
                result.append(.init(name, try value(node, at: path + [name])))
            }
            return .object(result)
        case .other(let kind):
            throw failure(path, "\(kind) is the wrong type; JSON has none, so write a text")
        }
    }

    private static let matchKey = "match"
    private static let jsonKey = "pattern"
    private static let allowed = "allowed: body, messageAttributes, attributes, $or, or pattern"

    private func failure(_ path: [String], _ problem: String) -> PatternErrors {
        PatternErrors(errors: [PatternError(path: path, problem: problem)])
    }

    /// Of the place, or of the nearest around it whose line is known.
    private func line(of place: SettingKey) -> Int? {
        var place = place
        while !place.components.isEmpty {
            if let line = document.line(of: place) { return line }
            place = place.parent
        }
        return nil
    }
}
