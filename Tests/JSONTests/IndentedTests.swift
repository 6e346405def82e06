import JSON
import Testing

@Suite struct IndentedTests {
    @Test(arguments: [
        ("{}", "{}"), ("[]", "[]"), ("1.50", "1.50"), (#""a\nb""#, #""a\nb""#),
        (#"{"a":1,"a":[true,null]}"#, "{\n  \"a\": 1,\n  \"a\": [\n    true,\n    null\n  ]\n}"),
        (#"[[],{"b":{}}]"#, "[\n  [],\n  {\n    \"b\": {}\n  }\n]"),
    ])
    func `each member has a line, and the value stays what it was`(
        json: String, lines: String
    ) throws {
        let value = try JSONValue(parsing: json)
        let indented = try #require(value.indented(atMost: 1_000))
        #expect(indented == lines)
        #expect(try JSONValue(parsing: indented) == value)
    }

    @Test func `what would be mostly blanks is not written`() throws {
        let deep =
            String(repeating: "[", count: 400) + String(repeating: "1,", count: 50_000) + "1"
            + String(repeating: "]", count: 400)
        #expect(try JSONValue(parsing: deep).indented(atMost: 8 * deep.utf8.count) == nil)
    }
}
