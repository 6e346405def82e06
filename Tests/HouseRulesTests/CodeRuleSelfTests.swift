import Testing

/// Each rule about code and comments catches what it is there for, and leaves alone what is like
/// it.
@Suite struct CodeRuleSelfTests {
    private static let ours = SourceFile(
        path: "Sources/A/E.swift",
        text: "enum E {\n    case one, two(Int, b: String)\n    case three = \"x\"\n}\n"
            + "enum F {\n    case one\n    func f() { switch self { case .one: 1 } }\n}")

    private static func whole(_ patterns: String) -> Snippet {
        Snippet("Sources/A/A.swift", "switch a {\n\(patterns)\n}", [])
    }

    @Test(arguments: [
        (whole("case .one: 1\ndefault: 2"), [3]),
        (whole("case .two(let x, _) where x.isEven: 1\ndefault: 2"), [3]),
        (whole("case (.one, .three): 1\ndefault: 2"), [3]),
        (whole("case let .two(a, b), .one: 1\ndefault: 2"), [3]),
        (whole("case .one: 1\ncase .two, .three: 2"), []),
        // Of an enum that is not ours, or of none.
        (whole("case .one, .elsewhere: 1\ndefault: 2"), []),
        (whole("case 1: 1\ndefault: 2"), []),
        (whole("case UInt8(ascii: \"a\"): b.one\ndefault: 2"), []),
        (whole("case Int.one: 1\ndefault: 2"), []),
        // A condition is no case.
        (whole("case \"a\":\n    if case .one = b { return }\ndefault: 2"), []),
        // The inner switch is the one at fault.
        (whole("case .one: switch b {\ncase .three: 1\ndefault: 2\n}\ncase .two, .three: 3"), [4]),
    ])
    func `a default over an enum of ours is caught`(snippet: Snippet, lines: [Int]) {
        let enums = SwitchRule.enums(in: [Self.ours])
        #expect(enums == [["one", "two", "three"], ["one"]])
        #expect(SwitchRule.check(snippet.file, enums).map(\.line) == lines)
    }

    private static func initialiser(_ count: Int, _ head: String = "init") -> String {
        let parameters = (0..<count).map { "a\($0) b: [Int: (C, D)] = { e(f: 1, g: 2) }()" }
        return "struct S {\n    \(head)(\n\(parameters.joined(separator: ",\n"))\n    ) {}\n}"
    }

    @Test(arguments: [
        Snippet("Sources/A/A.swift", initialiser(7), []),
        Snippet("Sources/A/A.swift", initialiser(8), [2]),
        Snippet("Sources/A/A.swift", initialiser(8, "package init?<T>"), [2]),
        Snippet("Sources/A/A.swift", initialiser(8, "func make"), []),
        Snippet(
            "Sources/A/A.swift", "let a = B.init(a: 1, b: 2, c: 3, d: 4, e: 5, f: 6, g: 7, h: 8)",
            []),
        Snippet("Tests/A/A.swift", initialiser(8), []),
    ])
    func `an initialiser with too many parameters is caught`(snippet: Snippet) {
        #expect(ParameterRule.check(snippet.file).map(\.line) == snippet.lines)
    }

    @Test(arguments: [
        Snippet("Sources/A/A.swift", "/// Of the file.\nlet a = 1", [1]),
        Snippet("Sources/A/A.swift", "    /// The same for slots.\n    let a = 1", [1]),
        Snippet("Sources/A/A.swift", "/// The file of\n/// Of the handler.\nlet a = 1", []),
        Snippet("Sources/A/A.swift", "// For a reader of the code.\nlet a = 1", []),
        Snippet("Sources/A/A.swift", "/// Format of the file.\nlet a = \"/// Of it\"", []),
        Snippet("Sources/A/A.swift", "/// The one.\nlet a = 1\n\n/// By two.\nlet b = 1", [4]),
        Snippet("Sources/A/A.swift", "", []),
    ])
    func `a comment without a subject is caught`(snippet: Snippet) {
        #expect(CommentRule.check(snippet.file).map(\.line) == snippet.lines)
    }

    @Test func `what only tests use is caught`() {
        let files = [
            SourceFile(
                path: "Sources/A/A.swift",
                text: """
                    struct Used { let field = 1; func spare() {} }
                    // spare() is only spoken of here: "spare()"
                    package enum Idle { case one }
                    public struct Offered {}
                    let all = Used().field
                    func report() { print("\\(all)") }
                    """),
            SourceFile(path: "Sources/B/B.swift", text: "func main() { report() }\nmain()"),
            SourceFile(path: "Tests/ATests/A.swift", text: "Used().spare(); Idle.one"),
        ]
        let found = UseRule.check(files).map { "\($0.line) \($0.problem.prefix { $0 != " " })" }
        #expect(found.sorted() == ["1 spare", "3 Idle"])
    }
}
