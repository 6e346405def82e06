import EventPatterns
import JSON
import TestKit
import Testing

/// Random patterns and events, answered as event-ruler formulates array consistency and by
/// ``PatternSet``: no two fields of a match may be in different elements of the same list ("JSON
/// Array Matching" in its README), and a field is absent where none is left that would be
/// consistent with the match.
@Suite struct ArrayConsistencyTests {
    @Test(arguments: 0..<10)
    func `the answer is that of the definition`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var taken = 0
        for _ in 0..<1000 {
            let pattern = randomPattern(2, &random)
            if Definition.asksTwice(pattern) { continue }
            let event = randomEvent(3, &random)
            let compiled = try EventPattern(pattern, for: .event)
            let answer = try PatternSet([compiled], for: .event).matches(event: event.text)
            let expected = Definition(event).takes(pattern)
            #expect(answer == [expected], "\(pattern.text) on \(event.text)")
            taken += expected ? 1 : 0
        }
        #expect((100...700).contains(taken), "\(taken): neither answer is rare")
    }

    private static let names = ["a", "b", "c"]

    private func randomEvent(_ depth: Int, _ random: inout SeededGenerator) -> JSONValue {
        .object(
            Self.names.filter { _ in Int.random(in: 0..<4, using: &random) > 0 }.map {
                .init($0, randomValue(depth, &random))
            })
    }

    private func randomValue(_ depth: Int, _ random: inout SeededGenerator) -> JSONValue {
        switch Int.random(in: 0..<(depth > 0 ? 6 : 1), using: &random) {
        case 1, 2: randomEvent(depth - 1, &random)
        case 3...5:
            .list(
                (0..<Int.random(in: 0...3, using: &random)).map { _ in
                    randomValue(depth - 1, &random)
                })
        default: .number(String(Int.random(in: 0...1, using: &random)))
        }
    }

    private func randomPattern(_ depth: Int, _ random: inout SeededGenerator) -> JSONValue {
        var members = randomFields(depth, canBeAbsent: true, &random)
        if Int.random(in: 0..<3, using: &random) == 0 {
            // An alternative that only asks for absence is one at most: several of them in a list
            // are the one case where each element may choose its own.
            let alternatives = (0..<2).map { index in
                JSONValue.object(randomFields(depth, canBeAbsent: index == 0, &random))
            }
            members.append(.init("$or", .list(alternatives)))
        }
        return .object(members)
    }

    private func randomFields(
        _ depth: Int, canBeAbsent: Bool, _ random: inout SeededGenerator
    ) -> [JSONValue.Member] {
        let count = Int.random(in: 1...2, using: &random)
        return Self.names.shuffled(using: &random).prefix(count).map { name in
            if depth > 0, Bool.random(using: &random) {
                let inner =
                    canBeAbsent
                    ? randomPattern(depth - 1, &random)
                    : .object(randomFields(depth - 1, canBeAbsent: false, &random))
                return .init(name, inner)
            }
            return .init(name, randomRules(canBeAbsent, &random))
        }
    }

    private func randomRules(_ canBeAbsent: Bool, _ random: inout SeededGenerator) -> JSONValue {
        let absence = JSONValue.object([.init("exists", .boolean(false))])
        let presence = JSONValue.object([.init("exists", .boolean(true))])
        let number = JSONValue.number(String(Int.random(in: 0...1, using: &random)))
        let choices: [[JSONValue]] = [
            [number], [presence], [number], [absence], [absence, number],
        ]
        return .list(choices[Int.random(in: 0..<(canBeAbsent ? 5 : 3), using: &random)])
    }
}

/// The definition, by trying everything.
private struct Definition {
    private var fields: [Field] = []
    private var lists = 0

    private struct Field {
        let path: [String]
        let value: JSONValue
        /// The element of each list that the field is in.
        let elements: [Int: Int]
    }

    init(_ event: JSONValue) {
        flatten(event, [], [:])
    }

    private mutating func flatten(_ value: JSONValue, _ path: [String], _ elements: [Int: Int]) {
        switch value {
        case .object(let members):
            for member in members { flatten(member.value, path + [member.name], elements) }
        case .list(let items):
            lists += 1
            let list = lists
            for (index, item) in items.enumerated() {
                var inner = elements
                // A plain value in a list is not bound to its place.
                switch item {
                case .object, .list: inner[list] = index
                default: break
                }
                flatten(item, path, inner)
            }
        default:
            fields.append(Field(path: path, value: value, elements: elements))
        }
    }

    /// Whether a field is asked for twice, once beside `$or` and once in it, as a value and as a
    /// value or an object: event-ruler lets the later one replace the earlier.
    static func asksTwice(_ pattern: JSONValue) -> Bool {
        branches(of: pattern, []).contains { branch in
            branch.indices.contains { index in
                branch[(index + 1)...].contains {
                    $0.path.starts(with: branch[index].path)
                        || branch[index].path.starts(with: $0.path)
                }
            }
        }
    }

    func takes(_ pattern: JSONValue) -> Bool {
        Self.branches(of: pattern, []).contains { fits($0[...], [:], absent: []) }
    }

    private typealias Condition = (path: [String], rules: [JSONValue])

    /// The pattern without `$or`: one of these has to fit.
    private static func branches(of pattern: JSONValue, _ path: [String]) -> [[Condition]] {
        guard case .object(let members) = pattern else { return [] }
        var result: [[Condition]] = [[]]
        for member in members {
            let place = path + [member.name]
            let options: [[Condition]] =
                switch member.value {
                case .list(let items) where member.name == "$or":
                    items.flatMap { branches(of: $0, path) }
                case .list(let rules): [[(place, rules)]]
                default: branches(of: member.value, place)
                }
            result = result.flatMap { start in options.map { start + $0 } }
        }
        return result
    }

    private func fits(
        _ conditions: ArraySlice<Condition>, _ elements: [Int: Int], absent: [[String]]
    ) -> Bool {
        guard let condition = conditions.first else {
            return absent.allSatisfy { path in
                !fields.contains { $0.path == path && merge($0.elements, elements) != nil }
            }
        }
        let rest = conditions.dropFirst()
        for rule in condition.rules {
            if rule["exists"] == .boolean(false) {
                if fits(rest, elements, absent: absent + [condition.path]) { return true }
                continue
            }
            for field in fields where field.path == condition.path {
                guard rule["exists"] != nil || rule == field.value,
                    let merged = merge(field.elements, elements)
                else { continue }
                if fits(rest, merged, absent: absent) { return true }
            }
        }
        return false
    }

    /// Nil where they are in different elements of a list.
    private func merge(_ one: [Int: Int], _ other: [Int: Int]) -> [Int: Int]? {
        for (list, element) in one where other[list].map({ $0 != element }) ?? false { return nil }
        return one.merging(other) { first, _ in first }
    }
}
