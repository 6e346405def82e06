import Testing

/// Each rule catches what it is there for, and leaves alone what is like it.
@Suite struct RuleSelfTests {
    @Test(arguments: [
        Snippet("Sources/AWS/A.swift", "let a = try! b()", [1]),
        Snippet("Sources/AWS/A.swift", "let a = try b()\n// try! is banned\nlet c = \"try!\"", []),
        Snippet("Sources/AWS/A.swift", "let a = \"\\(try! b(\"x\")) try!\"", [1]),
        Snippet("Sources/AWS/A.swift", "let a = #\"\\(try! b)\"#\nlet b = #\"\\#(try! b)\"#", [2]),
        Snippet(
            "Sources/AWS/A.swift", "let a = \"\"\"\n  \"quoted\" try!\n  \"\"\"\ntry! b()", [4]),
        Snippet("Sources/AWS/A.swift", "/* a /* b */ try! */ try! c()", [1]),
        Snippet("Sources/AWS/A.swift", "let a = b as? any C\nlet d = b as? E", [1]),
        Snippet("Tests/AWSTests/A.swift", "let a = b as? any C", []),
        Snippet("Sources/AWS/A.swift", "fatalError(\"x\")\nmyfatalError(1)", [1]),
        Snippet("Sources/AWS/A.swift", "Task.detached { }", [1]),
        Snippet("Sources/AWS/A.swift", "final class A: @unchecked Sendable {}", [1]),
        Snippet("Sources/AWS/A.swift", "nonisolated(unsafe) var a = 1", [1]),
        Snippet("Sources/AWS/A.swift", "print(1)\ndebugPrint(2)\nblueprint(3)\na.print(4)", [1]),
        Snippet("Sources/Commands/A.swift", "print(1)", []),
        Snippet("Tests/AWSTests/A.swift", "print(1)", [1]),
        Snippet("Tests/AWSTests/A.swift", "@testable import AWS", [1]),
        Snippet("Tests/AWSTests/A.swift", "try await Task.sleep(for: .seconds(1))", [1]),
        Snippet("Tests/AWSTests/A.swift", "usleep(1)\nsleep(1)\nThread.sleep(1)", [1, 2, 3]),
        Snippet("Tests/AWSTests/A.swift", "func sleep(until: Int) {}\nclock.sleep(1)", []),
        Snippet("Tests/Kit/A.swift", "nanosleep(a, b)", [1]),
        Snippet("Tests/AWSTests/A.swift", "@Test(.disabled(\"flaky\")) func a() {}", [1]),
        Snippet("Tests/AWSTests/A.swift", "@Test(.enabled(if: b)) func a() {}", [1]),
        Snippet("Tests/IntegrationTests/a.py", "import time\ntime.sleep(1)", [2]),
        Snippet("Sources/AWS/A.swift", "posix_spawn(a)\ngetenv(b)\nsigaction(c)", [1, 2, 3]),
        Snippet("Sources/AWS/A.swift", "ProcessInfo.processInfo.environment[\"A\"]", [1]),
        Snippet("Sources/HandlerLibrary/A.swift", "posix_spawn(a)", []),
        Snippet("Sources/Daemon/A.swift", "getenv(b)\nsigaction(c)", []),
        Snippet("Sources/AWS/A.swift", "@Test func `print(1) and \"try!\"`() {}\ntry! a()", [2]),
    ])
    func `what is banned is caught, in code alone`(snippet: Snippet) {
        let found = BannedRule.all.flatMap { $0.check(snippet.file) }.map(\.line)
        #expect(Set(found).sorted() == snippet.lines)
    }

    private static let column100 = String(repeating: "é", count: 100)
    private static let lines300 = String(repeating: "a\n", count: 300)
    /// In two pieces, or this very file would break the rule.
    private static let home = "/" + "root/"

    @Test(arguments: [
        Snippet("Sources/AWS/A.swift", lines300, []),
        Snippet("Sources/AWS/A.swift", lines300 + "a", [301]),
        Snippet("Tests/IntegrationTests/a.py", lines300 + "a\n", [301]),
        Snippet("README.md", lines300 + "a\tb \n", []),
        Snippet("Sources/AWS/A.swift", "\(column100)\n\(column100)a", [2]),
        Snippet("Sources/AWS/A.swift", "a\n\tb\nc \n", [2, 3]),
        Snippet("Sources/CSystemd/a.c", "\tb", [1]),
        Snippet("Sources/AWS/A.swift", "let a = \"\(home)x\"", [1]),
        Snippet("README.md", "a\ncd \(home)x", [2]),
        Snippet("Sources/AWS/A.swift", "// TO" + "DO: more\nlet a = \"TO" + "DO\"", [1]),
        Snippet("Sources/AWS/A.swift", "// XX" + "XX is fine, FIX" + "ME is not", [1]),
        Snippet("Sources/AWS/A.swift", "public struct A {}\nlet publicity = 1", [1]),
        Snippet("Sources/AWS/A.swift", "public import Crypto", []),
        Snippet("Sources/MessageHandling/A.swift", "public struct A {}", []),
        Snippet("Sources/SQSSubscriber/A.swift", "public struct A {}", []),
        Snippet("Sources/AWS/A.swift", "", []),
    ])
    func `a file against the house's form is caught`(snippet: Snippet) {
        #expect(TextRule.check(snippet.file).map(\.line) == snippet.lines)
    }

    private static func function(_ head: String, lines: Int) -> String {
        head + " {\n" + String(repeating: "    a()\n", count: lines - 2) + "}\n"
    }

    @Test(arguments: [
        Snippet("Sources/A/A.swift", function("func a()", lines: 70), []),
        Snippet("Sources/A/A.swift", function("func a()", lines: 71), [1]),
        Snippet("Tests/A/A.swift", "\n" + function("@Test func `a { b`()", lines: 71), [2]),
        Snippet("Sources/A/A.swift", function("init?(a: Int = { 1 }()) throws(E)", lines: 71), [1]),
        Snippet("Sources/A/A.swift", function("subscript(a: Int) -> Int", lines: 71), [1]),
        Snippet("Sources/A/A.swift", function("var a: Int", lines: 71), [1]),
        Snippet("Sources/A/A.swift", function("deinit", lines: 71), [1]),
        Snippet(
            "Sources/A/A.swift", function("func a<T>(\n  b: T\n) -> T where T: B", lines: 69), [1]),
        Snippet("Sources/A/A.swift", "var a = 1\n" + function("extension B", lines: 100), []),
        Snippet(
            "Sources/A/A.swift",
            "protocol A {\n    func a() -> Int\n    var b: Int { get }\n}\n"
                + function("struct B", lines: 100), []),
        Snippet("Sources/A/A.swift", function("struct B", lines: 100), []),
        Snippet(
            "Sources/A/A.swift",
            function("func a()", lines: 40) + function("func b()", lines: 40), []),
    ])
    func `a function that is too long is caught`(snippet: Snippet) {
        #expect(FunctionRule.check(snippet.file).map(\.line) == snippet.lines)
    }

    @Test func `a violation says where it is and what to do`() {
        let file = SourceFile(path: "Sources/AWS/A.swift", text: "\nlet a = try! b()")
        let found = BannedRule.all.flatMap { $0.check(file) }.map(\.description)
        #expect(
            found == ["Sources/AWS/A.swift:2: try! is not used here: throw, or handle the error"])
    }
}
