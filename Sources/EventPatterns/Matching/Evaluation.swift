/// Answers which steps of a ``Program`` fit one document.
///
/// Each step looks at each node once, so the time is at most their product: lists in lists and
/// alternatives make no combinations.
struct Evaluation {
    let program: Program
    let document: Document
    /// The text that the document was read from.
    private let text: UnsafeRawBufferPointer
    private let copied: UnsafeRawBufferPointer

    init(
        _ program: Program, _ document: Document, text: UnsafeRawBufferPointer,
        copied: UnsafeRawBufferPointer
    ) {
        self.program = program
        self.document = document
        self.text = text
        self.copied = copied
    }

    /// Whether the pattern takes the document, whose root is its first node.
    func takes(pattern: Int) -> Bool {
        guard let root = program.roots[pattern] else { return true }
        return !fitAll(program.steps[root].inner, 0).isEmpty
    }

    /// How a step fits an object.
    func fit(_ step: Int, in object: Int) -> Fit {
        let step = program.steps[step]
        switch step.kind {
        case .all: return fitAll(step.inner, object)
        case .any, .either:
            var result: Fit = []
            for index in step.inner { result.formUnion(fit(Int(program.links[index]), in: object)) }
            return result
        case .value, .object:
            guard isBody(step.body) else { return [] }
            return fitField(step, in: object)
        }
    }

    func isBody(_ form: Program.BodyForm) -> Bool {
        switch form {
        case .any: true
        case .json: document.isBodyJSON
        case .text: !document.isBodyJSON
        }
    }

    private func fitAll(_ inner: Range<Int>, _ object: Int) -> Fit {
        var isAbsence = true
        var isPresence = false
        for index in inner {
            let fit = fit(Int(program.links[index]), in: object)
            if fit.isEmpty { return [] }
            if !fit.contains(.absence) { isAbsence = false }
            if fit.contains(.presence) { isPresence = true }
        }
        var result: Fit = isPresence ? .presence : []
        if isAbsence { result.insert(.absence) }
        return result
    }

    /// A name that is in the object twice counts as a list of its values, as in event-ruler.
    private func fitField(_ step: Program.Step, in object: Int) -> Fit {
        var result = step.fitWhenMissing
        let field = Int32(step.field)
        let end = Int(document.nodes[object].end)
        var index = object + 1
        while index < end {
            if document.nodes[index].field == field {
                Self.add(fitValue(step, index), to: &result)
            }
            index = Int(document.nodes[index].end)
        }
        return result
    }

    private func fitValue(_ step: Program.Step, _ index: Int) -> Fit {
        let node = document.nodes[index]
        switch node.kind {
        case .list:
            var result = step.fitWhenMissing
            var element = index + 1
            while element < Int(node.end) {
                Self.add(fitValue(step, element), to: &result)
                element = Int(document.nodes[element].end)
            }
            return result
        case .object:
            return step.kind == .object ? fitAll(step.inner, index) : step.fitWhenMissing
        case .text, .number, .true, .false, .null:
            guard step.kind == .value else { return step.fitWhenMissing }
            return program.tests[step.test].takes(value(of: node)) ? .presence : []
        }
    }

    /// Adds the fit of one of several values: one has to be there, and all have to be absent.
    private static func add(_ fit: Fit, to result: inout Fit) {
        if fit.contains(.presence) { result.insert(.presence) }
        if !fit.contains(.absence) { result.remove(.absence) }
    }

    func value(of node: DocumentNode) -> LeafValue {
        let source = node.isCopied ? copied : text
        let start = Int(node.start)
        return LeafValue(
            kind: node.kind,
            bytes: UnsafeRawBufferPointer(rebasing: source[start..<start + Int(node.length)]))
    }
}
