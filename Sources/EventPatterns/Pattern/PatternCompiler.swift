import JSON

/// Makes conditions of a pattern, and collects all that is wrong with it.
struct PatternCompiler {
    private(set) var errors: [PatternError] = []

    /// Objects in each other. Far more than any event has; it bounds every recursion over patterns.
    static let maximumDepth = 64

    mutating func compile(_ pattern: JSONValue) -> [PatternNode] {
        guard case .object(let members) = pattern else {
            fail([], "\(pattern.kind) is the wrong type; a pattern is an object")
            return []
        }
        return compile(members, at: [])
    }

    mutating func fail(_ path: [String], _ problem: String) {
        errors.append(PatternError(path: path, problem: problem))
    }

    private mutating func compile(_ members: [JSONValue.Member], at path: [String]) -> [PatternNode]
    {
        guard !members.isEmpty else {
            fail(path, "an empty object is not allowed; name a field, or leave it away")
            return []
        }
        guard path.count < Self.maximumDepth else {
            fail(path, "more than \(Self.maximumDepth) objects in each other")
            return []
        }
        var seen: Set<ExactText> = []
        let nodes = members.compactMap { member -> PatternNode? in
            let place = path + [member.name]
            guard seen.insert(ExactText(member.name)).inserted else {
                fail(place, "is there twice; write all its values into one list")
                return nil
            }
            if let alternatives = Self.alternatives(of: member) {
                return .anyOf(
                    alternatives.enumerated().map { index, fields in
                        compile(fields, at: path + ["$or[\(index)]"])
                    })
            }
            return compile(member.value, at: place).map { .field(name: ExactText(member.name), $0) }
        }
        return DottedNames.expand(nodes)
    }

    private mutating func compile(_ value: JSONValue, at path: [String]) -> FieldPattern? {
        switch value {
        case .object(let members):
            return .object(compile(members, at: path))
        case .list(let items):
            return compileRules(items, at: path)
        case .text, .number, .boolean, .null:
            fail(
                path,
                "\(value.kind) is the wrong type; values stand in a list: [\(value.text)]")
            return nil
        }
    }

    private mutating func compileRules(_ items: [JSONValue], at path: [String]) -> FieldPattern? {
        if path.last == "$or", items.contains(where: { Self.isAlternative($0) }) {
            fail(
                path,
                "needs at least two objects of fields, with no name of a rule among the fields")
            return nil
        }
        guard !items.isEmpty else {
            fail(path, "an empty list matches nothing; give it a value or a rule")
            return nil
        }
        var parts: [ValueTest.Part] = []
        for item in items {
            do throws(RuleCompiler.Invalid) {
                parts.append(try RuleCompiler.part(item))
            } catch {
                fail(path, error.problem)
            }
        }
        return .value(ValueTest(parts), shown: items.map(\.text).joined(separator: ", "))
    }

    /// `$or` is the operator where its value is a list of two or more objects without a name of a
    /// rule in them, and else the name of a field (event-ruler, README, "The "$or" Primitive").
    static func alternatives(of member: JSONValue.Member) -> [[JSONValue.Member]]? {
        guard member.name == "$or", case .list(let items) = member.value, items.count >= 2 else {
            return nil
        }
        var alternatives: [[JSONValue.Member]] = []
        for item in items {
            guard case .object(let members) = item, !members.contains(where: isReserved) else {
                return nil
            }
            alternatives.append(members)
        }
        return alternatives
    }

    private static func isAlternative(_ item: JSONValue) -> Bool {
        guard case .object(let members) = item else { return false }
        return members.contains { !isReserved($0) }
    }

    private static func isReserved(_ member: JSONValue.Member) -> Bool {
        reservedNames.contains(member.name)
    }

    /// The rules, and the words that event-ruler keeps for rules to come (its `Constants.java`).
    private static let reservedNames: Set<String> = [
        "exactly", "prefix", "suffix", "equals-ignore-case", "wildcard", "anything-but", "numeric",
        "exists", "cidr", "html", "=", "<", "<=", ">", ">=", "regex", "not-wildcard",
        "not-equals-ignore-case", "date-after", "date-on-or-after", "date-before",
        "date-on-or-before", "in-date-range", "ip-address-in-range", "ip-address-not-in-range",
    ]
}
