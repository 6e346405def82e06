import JSON

/// Makes a rule of one item of a field's list.
enum RuleCompiler {
    /// Why an item is no rule, in words for the operator.
    struct Invalid: Error, Equatable {
        let problem: String
    }

    static func part(_ item: JSONValue) throws(Invalid) -> ValueTest.Part {
        switch item {
        case .text(let text): return .text(text)
        case .number(let number): return .number(number)
        case .boolean(let flag): return .boolean(flag)
        case .null: return .null
        case .list: throw Invalid(problem: "a list in a list is not allowed: \(item.text)")
        case .object: break
        }
        let (name, value) = try onlyMember(of: item, "a rule")
        switch name {
        case "exists":
            guard case .boolean(let flag) = value else {
                throw wrong(name, value, "true or false")
            }
            return .exists(flag)
        case "exactly": return .text(try text(value, of: name))
        default: return .rule(try rule(name, value))
        }
    }

    private static func rule(_ name: String, _ value: JSONValue) throws(Invalid) -> ValueRule {
        switch name {
        case "prefix", "suffix":
            if case .object = value { return try ignoringCase(name, value) }
            let bytes = Array(try text(value, of: name).utf8)
            return name == "prefix" ? .prefix(bytes) : .suffix(bytes)
        case "equals-ignore-case":
            return .equalsIgnoringCase(FoldedText(try text(value, of: name)))
        case "wildcard": return .wildcard(try wildcard(try text(value, of: name)))
        case "numeric": return .numeric(try NumericCompiler.range(value))
        case "cidr":
            let block = try text(value, of: name)
            do throws(AddressBlock.Invalid) {
                return .cidr(try AddressBlock(block))
            } catch {
                throw Invalid(problem: "cidr: \"\(block)\" \(error.problem)")
            }
        case "anything-but": return .anythingBut(ValueTest(try exclusions(value)))
        default: throw Invalid(problem: "unknown rule \"\(name)\"; allowed: \(allRules)")
        }
    }

    private static let allRules = """
        prefix, suffix, equals-ignore-case, wildcard, anything-but, numeric, exists, cidr, exactly
        """

    /// `{"prefix": {"equals-ignore-case": "x"}}`
    private static func ignoringCase(
        _ name: String, _ value: JSONValue
    ) throws(Invalid) -> ValueRule {
        let (inner, word) = try onlyMember(of: value, name)
        guard inner == "equals-ignore-case" else {
            throw Invalid(
                problem: "\(name) cannot be of \"\(inner)\"; allowed: a text or equals-ignore-case")
        }
        let folded = FoldedText(try text(word, of: inner))
        return name == "prefix" ? .prefixIgnoringCase(folded) : .suffixIgnoringCase(folded)
    }

    private static func wildcard(_ text: String) throws(Invalid) -> Wildcard {
        do throws(Wildcard.Invalid) {
            return try Wildcard(text)
        } catch {
            throw Invalid(problem: "wildcard: \"\(text)\" \(error.problem)")
        }
    }

    /// What an `anything-but` does not take: a value, a list of texts or of numbers, or one rule
    /// with a text or a list of texts.
    private static func exclusions(_ value: JSONValue) throws(Invalid) -> [ValueTest.Part] {
        let name = "anything-but"
        switch value {
        case .text(let text): return [.text(text)]
        case .number(let number): return [.number(number)]
        case .list(let items):
            return try exclusions(items, of: name) { item throws(Invalid) in
                switch item {
                case .text(let text): return .text(text)
                case .number(let number): return .number(number)
                case .object, .list, .boolean, .null:
                    throw wrong(name, item, "texts or numbers in its list")
                }
            }
        case .object:
            let (inner, operand) = try onlyMember(of: value, name)
            guard ["prefix", "suffix", "equals-ignore-case", "wildcard"].contains(inner) else {
                throw Invalid(
                    problem: "anything-but cannot be of \"\(inner)\"; allowed: prefix, suffix, "
                        + "equals-ignore-case, wildcard, or values")
            }
            guard case .list(let items) = operand else {
                return [.rule(try exclusion(inner, operand))]
            }
            return try exclusions(items, of: inner) { item throws(Invalid) in
                .rule(try exclusion(inner, item))
            }
        case .boolean, .null:
            throw wrong(name, value, "a text, a number, a list of them or a rule")
        }
    }

    private static func exclusions(
        _ items: [JSONValue], of name: String,
        _ part: (JSONValue) throws(Invalid) -> ValueTest.Part
    ) throws(Invalid) -> [ValueTest.Part] {
        guard let first = items.first else {
            throw Invalid(problem: "the list of \(name) is empty")
        }
        guard items.allSatisfy({ $0.kind == first.kind }) else {
            throw Invalid(problem: "the list of \(name) mixes texts and numbers; write two rules")
        }
        var parts: [ValueTest.Part] = []
        for item in items { parts.append(try part(item)) }
        return parts
    }

    /// Every text begins and ends with the empty text, so nothing would be left.
    private static func exclusion(
        _ name: String, _ value: JSONValue
    ) throws(Invalid) -> ValueRule {
        if value == .text(""), name == "prefix" || name == "suffix" {
            throw Invalid(problem: "anything-but with an empty \(name) takes nothing")
        }
        _ = try text(value, of: name)
        return try rule(name, value)
    }

    private static func text(_ value: JSONValue, of name: String) throws(Invalid) -> String {
        guard case .text(let text) = value else { throw wrong(name, value, "a text") }
        return text
    }

    private static func wrong(_ name: String, _ value: JSONValue, _ allowed: String) -> Invalid {
        Invalid(problem: "\(value.kind) is the wrong type for \(name); allowed: \(allowed)")
    }

    private static func onlyMember(
        of value: JSONValue, _ what: String
    ) throws(Invalid) -> (String, JSONValue) {
        guard case .object(let members) = value, members.count == 1 else {
            throw Invalid(problem: "\(what) has exactly one name in its object: \(value.text)")
        }
        return (members[0].name, members[0].value)
    }
}
