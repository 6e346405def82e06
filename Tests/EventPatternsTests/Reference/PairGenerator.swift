import JSON
import TestKit

/// Makes events and patterns that may well take them, of few names and values, so that they meet.
struct PairGenerator {
    private var random: SeededGenerator

    init(seed: UInt64) {
        random = SeededGenerator(seed: seed)
    }

    mutating func pair() -> (pattern: JSONValue, event: JSONValue) {
        let event = event(depth: 0)
        return (object(depth: 0, like: [event]), event)
    }

    private static let names = ["a", "b", "c", "d"]
    private static let texts = [
        "", "x", "xy", "xyx", "X", "yX", "ö", "Ö", "10.0.0.1", "1", "true",
    ]
    private static let numbers = [
        "0", "1", "1.0", "10e-1", "-5", "0.3", "0.30000000000000004", "5e9", "1795978692123",
        "1795978692124", "1e-7", "4.5",
    ]
    private static let bounds = ["0", "0.3", "1", "-5", "5e9", "1795978692123", "1e-7"]

    private mutating func isOne(in count: Int) -> Bool {
        Int.random(in: 0..<count, using: &random) == 0
    }

    private mutating func one<Item>(of items: [Item]) -> Item {
        items[Int.random(in: 0..<items.count, using: &random)]
    }

    private mutating func someNames() -> [String] {
        let count = Int.random(in: 1...3, using: &random)
        return Array(Self.names.shuffled(using: &random).prefix(count)).sorted()
    }

    private mutating func scalar() -> JSONValue {
        switch Int.random(in: 0..<8, using: &random) {
        case 0..<4: .text(one(of: Self.texts))
        case 4..<6: .number(one(of: Self.numbers))
        case 6: .boolean(isOne(in: 2))
        default: .null
        }
    }
}

extension PairGenerator {
    private mutating func event(depth: Int) -> JSONValue {
        var members: [JSONValue.Member] = []
        for name in someNames() { members.append(.init(name, value(depth: depth + 1))) }
        return .object(members)
    }

    private mutating func value(depth: Int) -> JSONValue {
        let kind = Int.random(in: 0..<10, using: &random)
        if depth < 4, kind < 3 { return event(depth: depth) }
        guard depth < 4, kind < 5 else { return scalar() }
        var items: [JSONValue] = []
        for _ in 0..<Int.random(in: 0...3, using: &random) { items.append(value(depth: depth + 1)) }
        return .list(items)
    }
}

extension PairGenerator {
    /// Each field is asked for in one place: what two places ask together is another matter here.
    /// - Parameter objects: what the event has there.
    private mutating func object(depth: Int, like objects: [JSONValue]) -> JSONValue {
        var members: [JSONValue.Member] = []
        var names = someNames()
        let known = objects.flatMap(Self.names(of:)).filter { $0.count == 1 }
        if !known.isEmpty, !isOne(in: 5) {
            names = Array(Set(known).sorted().shuffled(using: &random).prefix(2)).sorted()
        }
        if names.count > 1, isOne(in: 4) {
            var alternatives: [JSONValue] = []
            let inside = names.removeLast()
            for _ in 0..<2 {
                alternatives.append(
                    .object([.init(inside, field(depth: depth + 1, like: objects, inside))]))
            }
            members.append(.init("$or", .list(alternatives)))
        }
        for name in names {
            let value = field(depth: depth + 1, like: objects, name)
            guard case .object(let inner) = value, inner[0].name != "$or", isOne(in: 3) else {
                members.append(.init(name, value))
                continue
            }
            // The way to the field in one name.
            for member in inner where member.name != "$or" {
                members.append(.init("\(name).\(member.name)", member.value))
            }
            let rest = inner.filter { $0.name == "$or" }
            if !rest.isEmpty { members.append(.init(name, .object(rest))) }
        }
        return .object(members)
    }

    private mutating func field(
        depth: Int, like objects: [JSONValue], _ name: String
    ) -> JSONValue {
        let values = objects.compactMap { $0[name] }.flatMap(Self.items(of:))
        let inner = values.filter { !Self.names(of: $0).isEmpty }
        if depth < 3, inner.isEmpty ? isOne(in: 5) : !isOne(in: 5) {
            return object(depth: depth, like: inner)
        }
        let scalars = values.filter { Self.names(of: $0).isEmpty && $0.kind != "an object" }
        var rules: [JSONValue] = []
        for _ in 0..<Int.random(in: 1...2, using: &random) {
            rules.append(scalars.isEmpty || isOne(in: 2) ? rule() : one(of: scalars))
        }
        return .list(rules)
    }

    /// What lists hold, in lists of any depth.
    private static func items(of value: JSONValue) -> [JSONValue] {
        guard case .list(let items) = value else { return [value] }
        return items.flatMap(Self.items(of:))
    }

    private static func names(of value: JSONValue) -> [String] {
        guard case .object(let members) = value else { return [] }
        return members.map(\.name)
    }

    private mutating func rule() -> JSONValue {
        let text = JSONValue.text(one(of: Self.texts.filter { !$0.isEmpty }))
        return switch Int.random(in: 0..<14, using: &random) {
        case 0..<4: scalar()
        case 4: .object([.init("exists", .boolean(true))])
        case 5: .object([.init("exists", .boolean(false))])
        case 6: .object([.init("anything-but", .list([text, .text(one(of: Self.texts))]))])
        case 7: .object([.init("anything-but", .number(one(of: Self.numbers)))])
        case 8: .object([.init("anything-but", .object([.init(affix(), text)]))])
        case 9: .object([.init(affix(), text)])
        case 10: .object([.init(affix(), .object([.init("equals-ignore-case", text)]))])
        case 11: .object([.init("equals-ignore-case", text)])
        case 12:
            .object([.init("wildcard", .text(one(of: ["*", "x*", "*x", "x*x", "*y*", "xy"])))])
        default: .object([.init("numeric", range())])
        }
    }

    private mutating func affix() -> String { one(of: ["prefix", "suffix"]) }

    private mutating func range() -> JSONValue {
        let first = one(of: Self.bounds)
        let others = Self.bounds.filter { (Double(first) ?? 0) < (Double($0) ?? 0) }
        guard !others.isEmpty, isOne(in: 2) else {
            return .list([.text(one(of: ["<", "<=", ">", ">=", "="])), .number(first)])
        }
        return .list([
            .text(one(of: [">", ">="])), .number(first), .text(one(of: ["<", "<="])),
            .number(one(of: others)),
        ])
    }
}
