import JSON

/// Makes sure that what a pattern asks of one object stands in one place.
///
/// `{"item": {"sku": ["a"]}, "$or": [{"item": {"count": [1]}}, …]}` asks for one item with both,
/// so in a list of items no two of them will do. When an alternative asks for fields of an object
/// that something beside it asks for as well, the alternatives are multiplied out, until each asks
/// for everything of that object by itself.
struct Distribution {
    /// How many alternatives may come of it, as many as EventBridge allows in a rule.
    static let maximumAlternatives = 1000

    /// Whether there would be more; what is returned is of no use then.
    private(set) var isTooLarge = false
    private var alternatives = 0

    mutating func distribute(_ nodes: [PatternNode]) -> [PatternNode] {
        for (index, node) in nodes.enumerated() {
            guard case .anyOf(let options, let isWritten) = node else { continue }
            var rest = nodes
            rest.remove(at: index)
            guard !Self.objects(in: [node]).isDisjoint(with: Self.objects(in: rest)) else {
                continue
            }
            alternatives += options.count
            guard alternatives <= Self.maximumAlternatives else {
                isTooLarge = true
                return nodes
            }
            var multiplied: [[PatternNode]] = []
            for option in options {
                multiplied.append(distribute(Self.merge(rest, option)))
            }
            return [.anyOf(multiplied, isWritten: isWritten)]
        }
        var result: [PatternNode] = []
        for node in nodes { result.append(distributeInside(node)) }
        return result
    }

    private mutating func distributeInside(_ node: PatternNode) -> PatternNode {
        switch node {
        case .field(let name, .object(let inner)):
            return .field(name: name, .object(distribute(inner)))
        case .anyOf(let options, let isWritten):
            var result: [[PatternNode]] = []
            for option in options { result.append(distribute(option)) }
            return .anyOf(result, isWritten: isWritten)
        case .field(_, .value): return node
        }
    }

    /// All of both, with objects of the same name made one.
    private static func merge(_ one: [PatternNode], _ other: [PatternNode]) -> [PatternNode] {
        other.reduce(into: one) { result, node in
            guard case .field(let name, .object(let added)) = node else {
                result.append(node)
                return
            }
            for (index, known) in result.enumerated() {
                guard case .field(name, .object(let inner)) = known else { continue }
                result[index] = .field(name: name, .object(merge(inner, added)))
                return
            }
            result.append(node)
        }
    }

    /// The names of objects that the nodes ask for fields of, in alternatives too.
    private static func objects(in nodes: [PatternNode]) -> Set<ExactText> {
        nodes.reduce(into: []) { names, node in
            switch node {
            case .field(let name, .object): names.insert(name)
            case .field(_, .value): break
            case .anyOf(let options, _):
                for option in options { names.formUnion(objects(in: option)) }
            }
        }
    }
}
