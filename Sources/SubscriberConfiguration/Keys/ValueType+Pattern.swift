import EventPatterns
import JSON
import Settings

extension ValueType where Value == EventPattern {
    /// An event pattern for messages.
    ///
    /// The tables, lists and values of TOML stand for the objects, lists and values of JSON. What
    /// TOML cannot say (`null`, a number of more than 64 bits) is said in JSON, in the one key
    /// `pattern`.
    static let pattern = ValueType(
        allowed: "a pattern of body, messageAttributes and attributes, or one in JSON as pattern",
        write: { node(of: $0.source) ?? [jsonKey: .text($0.source.text)] },
        read: { node throws(Rejection) in
            do throws(PatternErrors) {
                return try EventPattern(try source(node), for: .message)
            } catch {
                throw Rejection(error.errors.map { .init(path: $0.path, text: $0.problem) })
            }
        })

    private static func source(_ node: DocumentNode) throws(PatternErrors) -> JSONValue {
        guard case .table(let members) = node else {
            throw failure([], "\(node.kind) is the wrong type; allowed: a table")
        }
        guard !members.isEmpty else {
            throw failure([], "is empty; \(allowedKeys), or remove it to have every message")
        }
        guard let text = node[jsonKey] else { return try value(node, at: []) }
        guard members.count == 1 else {
            throw failure([jsonKey], "is the whole pattern in JSON; remove it, or the other keys")
        }
        guard case .text(let json) = text else {
            throw failure([jsonKey], "\(text.kind) is the wrong type; allowed: a text with JSON")
        }
        do throws(JSONError) {
            return try JSONValue(parsing: json)
        } catch {
            throw failure([jsonKey], "not valid JSON: \(error)")
        }
    }

    private static func value(
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
            for member in members {
                result.append(
                    .init(member.name, try value(member.node, at: path + [member.name])))
            }
            return .object(result)
        case .other(let kind):
            throw failure(path, "\(kind) is the wrong type; JSON has none, so write a text")
        }
    }

    private static var jsonKey: String { "pattern" }
    private static var allowedKeys: String {
        "allowed: body, messageAttributes, attributes, $or, or pattern"
    }

    private static func failure(_ path: [String], _ problem: String) -> PatternErrors {
        PatternErrors(errors: [PatternError(path: path, problem: problem)])
    }

    /// Nil where TOML has no such value.
    private static func node(of value: JSONValue) -> DocumentNode? {
        switch value {
        case .text(let text): return .text(text)
        case .number(let number): return node(ofNumber: number)
        case .boolean(let flag): return .boolean(flag)
        case .null: return nil
        case .list(let items):
            let nodes = items.compactMap(node)
            return nodes.count == items.count ? .list(nodes) : nil
        case .object(let members):
            let nodes = members.compactMap { member in
                node(of: member.value).map { DocumentNode.Member(member.name, $0) }
            }
            return nodes.count == members.count ? .table(nodes) : nil
        }
    }

    /// Nil where a number does not survive the number types of TOML as it is.
    private static func node(ofNumber number: String) -> DocumentNode? {
        if let integer = Int(number) { return String(integer) == number ? .integer(integer) : nil }
        return Double(number).flatMap { String($0) == number ? .decimal($0) : nil }
    }
}
