import JSON

/// The rules of event-ruler as its README words them, read the plain way, to compare with: an event
/// is taken apart into its values, each with its path and the places of the lists that it is in,
/// and tried one by one. Takes time that grows with every combination.
enum PlainRuler {
    static func takes(_ pattern: JSONValue, _ event: JSONValue) -> Bool {
        var values = Values()
        values.add(event, path: [], places: [:])
        return alternatives(of: pattern, at: []).contains { wanted in
            // What must not be there is looked for last: beside what is there.
            let sorted = wanted.sorted { !$0.takesAbsence && $1.takesAbsence }
            return fits(sorted[...], values.all, [:])
        }
    }

    private struct Value {
        let path: String
        let value: JSONValue
        /// Of each list that it is in, by the list's number, the index.
        let places: [Int: Int]
    }

    private struct Values {
        var all: [Value] = []
        private var lists = 0

        mutating func add(_ value: JSONValue, path: [String], places: [Int: Int]) {
            switch value {
            case .object(let members):
                for member in members {
                    add(member.value, path: path + [member.name], places: places)
                }
            case .list(let items):
                lists += 1
                let list = lists
                for (index, item) in items.enumerated() {
                    add(item, path: path, places: places.merging([list: index]) { $1 })
                }
            case .text, .number, .boolean, .null:
                all.append(Value(path: path.joined(separator: "."), value: value, places: places))
            }
        }
    }

    private struct Wanted {
        let path: String
        let rules: [JSONValue]

        var takesAbsence: Bool { rules.contains { $0["exists"] == .boolean(false) } }
    }

    /// What a pattern asks for, once for each way through its alternatives.
    private static func alternatives(of pattern: JSONValue, at path: [String]) -> [[Wanted]] {
        guard case .object(let members) = pattern else { return [] }
        return members.reduce([[]]) { known, member in
            let more: [[Wanted]]
            switch member.value {
            case .list(let items) where member.name == "$or":
                more = items.flatMap { alternatives(of: $0, at: path) }
            case .list(let items):
                let path = (path + [member.name]).joined(separator: ".")
                more = [[Wanted(path: path, rules: items)]]
            default:
                more = alternatives(of: member.value, at: path + [member.name])
            }
            return known.flatMap { one in more.map { one + $0 } }
        }
    }

    private static func fits(
        _ wanted: ArraySlice<Wanted>, _ values: [Value], _ places: [Int: Int]
    ) -> Bool {
        guard let first = wanted.first else { return true }
        let there = values.filter { value in
            value.path == first.path && value.places.allSatisfy { places[$0] ?? $1 == $1 }
        }
        for value in there where first.rules.contains(where: { PlainRule.takes($0, value.value) }) {
            let together = places.merging(value.places) { $1 }
            if fits(wanted.dropFirst(), values, together) { return true }
        }
        return there.isEmpty && first.takesAbsence && fits(wanted.dropFirst(), values, places)
    }
}

/// One rule and one value.
enum PlainRule {
    static func takes(_ rule: JSONValue, _ value: JSONValue) -> Bool {
        guard case .object(let members) = rule else { return equals(rule, value) }
        let operand = members[0].value
        switch members[0].name {
        case "exists": return operand == .boolean(true)
        case "anything-but": return !isOneOf(operand, value)
        case "numeric": return numeric(operand, value)
        default: return takesText(members[0].name, operand, value)
        }
    }

    private static func equals(_ one: JSONValue, _ other: JSONValue) -> Bool {
        if case .number(let one) = one, case .number(let other) = other {
            return Double(one) == Double(other)
        }
        return one == other
    }

    private static func isOneOf(_ operand: JSONValue, _ value: JSONValue) -> Bool {
        switch operand {
        case .list(let items): items.contains { equals($0, value) }
        case .object(let members):
            if case .list(let items) = members[0].value {
                items.contains { takesText(members[0].name, $0, value) }
            } else {
                takesText(members[0].name, members[0].value, value)
            }
        default: equals(operand, value)
        }
    }

    private static func numeric(_ operand: JSONValue, _ value: JSONValue) -> Bool {
        guard case .list(let items) = operand, case .number(let text) = value,
            let number = Double(text)
        else { return false }
        return stride(from: 0, to: items.count, by: 2).allSatisfy { index in
            guard case .number(let text) = items[index + 1], let bound = Double(text) else {
                return false
            }
            return switch items[index].asText {
            case "<": number < bound
            case "<=": number <= bound
            case ">": number > bound
            case ">=": number >= bound
            default: number == bound
            }
        }
    }

    private static func takesText(_ name: String, _ operand: JSONValue, _ value: JSONValue) -> Bool
    {
        guard case .text(let text) = value else { return false }
        if case .object(let members) = operand, let folded = members[0].value.asText {
            return takesText(name, .text(folded.lowercased()), .text(text.lowercased()))
        }
        guard let wanted = operand.asText else { return false }
        return switch name {
        case "prefix": text.utf8.starts(with: wanted.utf8)
        case "suffix": text.utf8.reversed().starts(with: wanted.utf8.reversed())
        case "equals-ignore-case": text.lowercased().utf8.elementsEqual(wanted.lowercased().utf8)
        case "wildcard": wildcard(Array(wanted.utf8)[...], Array(text.utf8)[...])
        default: text.utf8.elementsEqual(wanted.utf8)
        }
    }

    /// Without escapes, of which the generator makes none.
    private static func wildcard(_ wanted: ArraySlice<UInt8>, _ text: ArraySlice<UInt8>) -> Bool {
        guard let first = wanted.first else { return text.isEmpty }
        if first == UInt8(ascii: "*") {
            return (text.startIndex...text.endIndex).contains {
                wildcard(wanted.dropFirst(), text[$0...])
            }
        }
        return text.first == first && wildcard(wanted.dropFirst(), text.dropFirst())
    }
}
