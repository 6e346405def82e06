import Settings
import Testing

/// Texts that have ended parsers of TOML: each is an error with its line, and nothing else.
@Suite(.timeLimit(.minutes(1))) struct HostileTextTests {
    @Test(arguments: [
        ("[\n", 1), ("queue = \"a\"\n[ # comment\n", 2), ("[.a]", 1), ("[=]", 1), ("[$NAME]", 1),
        ("[{exec}]", 1), ("[{{ x }}]", 1), ("[(a)]", 1), ("[/]", 1), ("[*]", 1), ("[@]", 1),
        ("[%]", 1), ("[<<<<<<< HEAD]", 1), ("[[[a]]]", 1), ("[[.]]", 1), ("a = 1\n\n  [“exec”]", 3),
        ("command = [\"a\"]\n[\n", 2), ("[\u{2028}]", 1), ("[é]", 1), ("é = 1", 1), ("a.é = 1", 1),
        ("a=[\u{2028}", 1), ("a = [\n1,\n\u{2028}]", 3), ("a={\u{2028}", 1), ("a = \u{2028}", 1),
        ("a = 2001-01-01 1\n", 1), ("a = 2001-01-01 1]", 1), ("[a", 1), ("a = {", 1),
        ("a = \"", 1), ("a = '''", 1), ("a = \"\\u12", 1), ("a = \"\\UFFFFFFFF\"", 1),
        ("a = 0x", 1), ("a = +", 1), ("a = 1e", 1), ("=", 1), ("]", 1), ("}", 1), (",", 1),
    ])
    func `what cannot be a key, a table or a value is told with its line`(text: String, line: Int) {
        let error = error(of: text)
        #expect(error?.line == line)
        #expect(error?.problem.hasPrefix("not valid TOML at column ") == true)
    }

    @Test func `a table's name that is none is told with what to write`() {
        #expect(
            error(of: "queue = \"a\"\n[“exec”]\n")?.problem == """
                not valid TOML at column 2: "“" instead of a table's name; it is made of letters, \
                digits, _ and -, or stands in quotes: ["name"]
                """)
        #expect(
            error(of: "[\n")?.problem == """
                not valid TOML at column 2: the end of the line instead of a table's name; it is \
                made of letters, digits, _ and -, or stands in quotes: ["name"]
                """)
        #expect(
            error(of: "a = [\n  \u{2028}]")?.problem == """
                not valid TOML at column 3: U+2028 instead of a key or a value; a text stands in \
                quotes
                """)
    }

    @Test(arguments: [
        String(repeating: "a.", count: 200_000) + "b = 1",
        "[" + String(repeating: "a.", count: 200_000) + "b]",
        "[[" + String(repeating: "a . ", count: 200_000) + "b]]",
        "x = {" + String(repeating: "'a'.", count: 200_000) + "b = 1}",
        "x = " + String(repeating: "[", count: 200_000),
        "x = " + String(repeating: "[", count: 200_000) + String(repeating: "]", count: 200_000),
        "x = " + String(repeating: "{a=", count: 200_000) + "1" + String(repeating: "}", count: 9),
        "x = [" + String(repeating: "{a=[", count: 100_000),
        String(repeating: "[", count: 500_000), String(repeating: "{", count: 500_000),
    ])
    func `nesting without end is an error in its line`(text: String) {
        let error = error(of: "# first\n" + text)
        #expect(error?.line == 2)
        #expect(error?.problem.contains("nested more than 16 deep") == true)
    }

    @Test func `nesting as deep as allowed is read, and one more is not`() {
        let name = Array(repeating: "a", count: 16).joined(separator: ".")
        let list = String(repeating: "[", count: 15) + "1" + String(repeating: "]", count: 15)
        for text in ["\(name) = 1", "x = \(list)"] { #expect(error(of: text) == nil) }
        #expect(error(of: "\n\(name).a = 1")?.line == 2)
        #expect(error(of: "\nx = [\(list)]")?.line == 2)
        #expect(error(of: "[\(name)]\nb.c = 1")?.problem == "tables nested more than 16 deep")
    }

    /// The parser keeps 127 characters to step back over, and steps back further than that.
    @Test(arguments: [
        "a = 2\(String(repeating: "_", count: 115))001-01-01 11:",
        "a = 2001-0=\(String(repeating: "_", count: 115))-01 11:",
        "a = [1, 2001-01-01\(String(repeating: "_", count: 130)) 11:00]",
        "a = {b = 2001-0\"\(String(repeating: "_", count: 120))-01 11:}",
        "a = \(String(repeating: "1", count: 101))",
        "a = \(String(repeating: "x", count: 100_000))",
    ])
    func `a bare value of more than a hundred characters is an error with its line`(text: String) {
        let error = error(of: "\n" + text)
        #expect(error?.line == 2)
        #expect(error?.problem.contains("a number or date of more than 100 characters") == true)
    }

    @Test func `what only looks like nesting or a bare value is read`() throws {
        let dots = String(repeating: "a.", count: 100)
        let long = String(repeating: "k", count: 300)
        let root = try Document(
            """
            a = "\(dots)[[[[[[[[[[[[[[[[[[[[[[" # \(dots) [[[[[[[[[[[[[[[[[[[[[[[[
            b = '\(dots){{{{{{{{{{{{{{{{{{{{{{{{{{{{{'
            c = \"\"\"
            \(dots)[[[[[[[[[[[[[[[[[[[[[[ "" ' \\" \(dots) \"\"\"\"\"
            d = '''
            \(dots)[[[[[[[[[[[[[[[[[[[[[[[[ '' " \\'''
            e = [\(Array(repeating: "1.5", count: 50).joined(separator: ", "))]
            f = [\(Array(repeating: "[1]", count: 50).joined(separator: ", "))]
            \(long) = { x = 1.5, y.z = "[" }
            """
        ).root
        guard case .table(let members) = root else { throw CancellationError() }
        #expect(members.count == 7)
    }

    @Test func `the line of a NUL is told, with every kind of line end`() {
        #expect(error(of: "a = 1\r\nb = \"\u{0}\"")?.line == 2)
        #expect(error(of: "a = 1\r\n\r\n\"\\u0000\" = 1\r\n")?.line == 3)
        #expect(error(of: "a = 1\nb = [\"x\",\n\"\\U00000000\"]")?.line == 3)
        #expect(error(of: "# \\u0000 is not allowed\na = 'C:\\u0000'") == nil)
    }

    private func error(of text: String) -> Document.SyntaxError? {
        do throws(Document.SyntaxError) {
            _ = try Document(text)
            return nil
        } catch {
            return error
        }
    }
}
