import EventPatterns
import Testing

@Suite struct JSONValueTests {
    @Test(arguments: [
        "{}", "[]", "null", "true", #"{"a": [1, -2.50, 1e9, "x"], "b": {"c": null}}"#,
        #""\u0001\"\\\n é""#, "12345678901234567890.123456789",
    ])
    func `a document is written as it was read`(text: String) throws {
        #expect(try JSONValue(parsing: text).text == text)
    }

    @Test func `escapes are what they stand for`() throws {
        let text = #""\b\f\n\r\t\/\\\"\u0041\ud83d\ude00""#
        #expect(try JSONValue(parsing: text) == .text("\u{8}\u{C}\n\r\t/\\\"A😀"))
    }

    @Test func `an error names the byte`() throws {
        let error = #expect(throws: JSONSyntaxError.self) {
            try JSONValue(parsing: #"{"a": [1, x]}"#)
        }
        #expect(error?.description == "expected a value at byte 11")
    }
}
