import JSON

/// Several patterns, flattened over one ``FieldTree``.
struct Program: Sendable {
    private(set) var tree = FieldTree()
    private(set) var steps: [Step] = []
    private(set) var tests: [ValueTest] = []
    /// The rules of each test as JSON, for people.
    private(set) var shown: [String] = []
    /// The steps in steps: ``Step/inner`` are ranges of it.
    private(set) var links: [Int32] = []
    /// The step of each pattern; nil for one that takes everything.
    private(set) var roots: [Int?] = []

    struct Step: Sendable {
        enum Kind: UInt8 {
            /// A field whose value a test takes.
            case value
            /// A field that is an object which all inner steps fit.
            case object
            /// One of the inner steps has to fit, each of which is ``all``: `$or`.
            case any
            /// What ``any`` is, of the ways to read a name with dots; the first is the one to tell.
            case either
            /// All inner steps have to fit.
            case all
        }

        let kind: Kind
        let field: Int
        let test: Int
        let inner: Range<Int>
        /// How it fits where there is no such field.
        let fitWhenMissing: Fit
        let body: BodyForm
    }

    /// What the body of a message has to be before a step looks at it, as Lambda's event filtering
    /// decides it ("Properly filtering Amazon SQS messages").
    enum BodyForm: UInt8 {
        case any, json, text
    }

    init(_ patterns: [EventPattern?], for subject: EventPattern.Subject) {
        for pattern in patterns {
            roots.append(
                pattern.map { pattern in
                    addAll(
                        pattern.nodes, in: FieldTree.root, kind: .all,
                        isMessage: subject == .message)
                })
        }
        tree.finish()
    }

    private mutating func addAll(
        _ nodes: [PatternNode], in field: Int, kind: Step.Kind, isMessage: Bool,
        body: BodyForm = .any
    ) -> Int {
        let inner = nodes.map { add($0, in: field, isMessage: isMessage) }
        let isAbsence = inner.allSatisfy { steps[$0].fitWhenMissing == .absence }
        return append(kind, field: field, inner: inner, isAbsence ? .absence : [], body: body)
    }

    private mutating func add(_ node: PatternNode, in field: Int, isMessage: Bool) -> Int {
        switch node {
        case .anyOf(let alternatives, let isWritten):
            let inner = alternatives.map {
                addAll($0, in: field, kind: .all, isMessage: isMessage)
            }
            let isAbsence = inner.contains { steps[$0].fitWhenMissing == .absence }
            return append(
                isWritten ? .any : .either, field: field, inner: inner,
                isAbsence ? .absence : [], body: .any)
        case .field(let name, .object(let nodes)):
            let child = tree.add(name, in: field)
            return addAll(
                nodes, in: child, kind: .object, isMessage: false,
                body: isMessage && name == "body" ? .json : .any)
        case .field(let name, .value(let test, let text)):
            let child = tree.add(name, in: field)
            tree.addTest(to: child)
            tests.append(test)
            shown.append(text)
            return append(
                .value, field: child, test: tests.count - 1, inner: [],
                test.takesAbsence ? .absence : [],
                body: isMessage && name == "body" ? .text : .any)
        }
    }

    private mutating func append(
        _ kind: Step.Kind, field: Int, test: Int = 0, inner: [Int], _ fitWhenMissing: Fit,
        body: BodyForm
    ) -> Int {
        let start = links.count
        links += inner.map(Int32.init)
        steps.append(
            Step(
                kind: kind, field: field, test: test, inner: start..<links.count,
                fitWhenMissing: fitWhenMissing, body: body))
        return steps.count - 1
    }
}
