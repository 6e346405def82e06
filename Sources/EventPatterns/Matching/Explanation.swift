import JSON

/// Finds the first field of a pattern that does not fit a document.
struct Explanation {
    private let evaluation: Evaluation

    init(_ evaluation: Evaluation) {
        self.evaluation = evaluation
    }

    func mismatch(of pattern: Int) -> PatternMismatch? {
        guard let root = evaluation.program.roots[pattern], !evaluation.takes(pattern: pattern)
        else { return nil }
        return mismatch(inner: root, of: 0)
    }

    /// Why the steps in a step do not fit an object, which they do not.
    private func mismatch(inner step: Int, of object: Int?) -> PatternMismatch {
        let step = program.steps[step]
        for link in step.inner {
            let inner = Int(program.links[link])
            if let object, !evaluation.fit(inner, in: object).isEmpty { continue }
            if object == nil, !program.steps[inner].fitWhenMissing.isEmpty { continue }
            return mismatch(of: inner, in: object)
        }
        return PatternMismatch(path: program.tree.path(of: step.field), reason: "does not fit")
    }

    private func mismatch(of index: Int, in object: Int?) -> PatternMismatch {
        let step = program.steps[index]
        let path = program.tree.path(of: step.field)
        if let reason = bodyReason(step) { return PatternMismatch(path: path, reason: reason) }
        switch step.kind {
        case .all: return mismatch(inner: index, of: object)
        case .either: return mismatch(of: Int(program.links[step.inner.lowerBound]), in: object)
        case .any:
            let first = step.inner.first.map { mismatch(of: Int(program.links[$0]), in: object) }
            let reason = "fits none of the alternatives of $or"
            return PatternMismatch(
                path: path.isEmpty ? ["the event"] : path,
                reason: first.map { "\(reason); the first: \($0)" } ?? reason)
        case .value:
            let wanted = "wanted: \(program.shown[step.test])"
            let found = values(of: step.field, in: object)
            return PatternMismatch(path: path, reason: "\(found); \(wanted)")
        case .object:
            return objectMismatch(index, path, in: object)
        }
    }

    private func objectMismatch(_ index: Int, _ path: [String], in object: Int?) -> PatternMismatch
    {
        let step = program.steps[index]
        let candidates = objects(of: step.field, in: object)
        if candidates.count > 1 {
            let first = mismatch(inner: index, of: candidates[0])
            return PatternMismatch(
                path: path,
                reason: "is a list of which no single element fits; the first: \(first)")
        }
        return mismatch(inner: index, of: candidates.first)
    }

    private func bodyReason(_ step: Program.Step) -> String? {
        guard !evaluation.isBody(step.body) else { return nil }
        guard step.body == .json else {
            return "is JSON, and the pattern is for a plain text"
        }
        let error = evaluation.document.bodyError.map { " (\($0))" } ?? ""
        return "is not JSON\(error), and the pattern is for JSON"
    }

    private var program: Program { evaluation.program }

    /// The objects that are the field's value or elements of it.
    private func objects(of field: Int, in object: Int?) -> [Int] {
        nodes(of: field, in: object).filter { evaluation.document.nodes[$0].kind == .object }
    }

    private func values(of field: Int, in object: Int?) -> String {
        let found = nodes(of: field, in: object).map { evaluation.document.nodes[$0] }.filter {
            $0.kind != .object && $0.kind != .list
        }
        guard !found.isEmpty else { return "is missing" }
        var shown = found.prefix(Self.shownValues).map { shorten(evaluation.value(of: $0)) }
        if found.count > shown.count { shown.append("…") }
        return "is " + shown.joined(separator: ", ")
    }

    /// Enough to see what kind of values there are.
    private static let shownValues = 3
    private static let shownLength = 80

    private func shorten(_ value: LeafValue) -> String {
        switch value.kind {
        case .true: return "true"
        case .false: return "false"
        case .null: return "null"
        case .text, .number, .object, .list: break
        }
        let text = String(decoding: value.bytes, as: UTF8.self)
        let start = String(text.prefix(Self.shownLength))
        let whole = start + (start.utf8.count < text.utf8.count ? "…" : "")
        return value.kind == .number ? whole : JSONValue.text(whole).text
    }

    /// The nodes of a field in an object, through lists of any depth.
    private func nodes(of field: Int, in object: Int?) -> [Int] {
        guard let object else { return [] }
        var found: [Int] = []
        var index = object + 1
        while index < Int(evaluation.document.nodes[object].end) {
            let node = evaluation.document.nodes[index]
            let isOfField = Int(node.field) == field
            if isOfField, node.kind != .list { found.append(index) }
            index = isOfField && node.kind == .list ? index + 1 : Int(node.end)
        }
        return found
    }
}
