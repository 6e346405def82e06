import JSON

/// Makes a name with dots in it mean either a field of that name, or the field that it leads to:
/// `"detail.state"` is `detail.state` or `state` in `detail`. For event-ruler both are one.
///
/// Names that begin alike lead to one and the same object, as they do where they are written into
/// each other.
enum DottedNames {
    /// A name with more dots means itself alone: each may double the pattern, and no event that is
    /// matched by hand is so deep.
    static let mostDots = 7

    static func expand(_ nodes: [PatternNode]) -> [PatternNode] {
        var result: [PatternNode] = []
        var groups: [(first: ExactText, fields: [Field])] = []
        for node in nodes {
            guard case .field(let name, let pattern) = node, let parts = parts(of: name) else {
                result.append(node)
                continue
            }
            let field = Field(written: node, rest: .field(name: parts.rest, pattern))
            if let index = groups.firstIndex(where: { $0.first == parts.first }) {
                groups[index].fields.append(field)
            } else {
                groups.append((parts.first, [field]))
            }
        }
        return result + groups.flatMap { alternatives($0.fields, in: $0.first) }
    }

    private struct Field {
        let written: PatternNode
        /// The field as it stands in the object that the name begins with.
        let rest: PatternNode
    }

    /// What may be absent has to be absent by both names.
    private static func alternatives(_ fields: [Field], in object: ExactText) -> [PatternNode] {
        let absent = fields.filter { $0.written.takesAbsence }
        let written = fields.map(\.written) + nested(absent, in: object)
        guard absent.count < fields.count else { return written }
        return [
            .anyOf([nested(fields, in: object) + absent.map(\.written), written], isWritten: false)
        ]
    }

    private static func nested(_ fields: [Field], in object: ExactText) -> [PatternNode] {
        fields.isEmpty ? [] : [.field(name: object, .object(expand(fields.map(\.rest))))]
    }

    /// The name before the first dot, and what follows it; nil where one of them is empty.
    private static func parts(of name: ExactText) -> (first: ExactText, rest: ExactText)? {
        guard name.text.utf8.count(where: { $0 == UInt8(ascii: ".") }) <= mostDots else {
            return nil
        }
        let parts = name.text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else { return nil }
        return (ExactText(String(parts[0])), ExactText(String(parts[1])))
    }
}

extension PatternNode {
    /// Whether it fits where there is nothing.
    fileprivate var takesAbsence: Bool {
        switch self {
        case .field(_, .value(let test, _)): test.takesAbsence
        case .field(_, .object(let nodes)): nodes.allSatisfy(\.takesAbsence)
        case .anyOf(let options, _): options.contains { $0.allSatisfy(\.takesAbsence) }
        }
    }
}
