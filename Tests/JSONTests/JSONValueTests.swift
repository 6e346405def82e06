import JSON
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
        let error = #expect(throws: JSONError.self) {
            try JSONValue(parsing: #"{"a": [1, x]}"#)
        }
        #expect(error?.description == "expected a value at byte 11")
    }

    @Test(arguments: [
        ("0", 0), ("-0", 0), ("5", 5), ("5.0", 5), ("-12e3", -12_000), ("1200e-2", 12),
        ("9223372036854775807", Int.max), ("-9223372036854775808", Int.min),
        ("9223372036854775808", nil), ("1e19", nil), ("1.5", nil), ("1e-1", nil),
        ("1e99999999", nil),
        ("\"5\"", nil), ("true", nil), ("null", nil),
    ])
    func `a whole number is one however it is written`(json: String, value: Int?) throws {
        #expect(try JSONValue(parsing: json).asInteger == value)
    }

    @Test func `the first of two members of a name counts, and names are compared by bytes`() throws
    {
        let value = try JSONValue(parsing: #"{"a": 1, "a": 2, "\u00e9": "x", "e\u0301": "y"}"#)
        #expect(value["a"] == .number("1"))
        #expect(value["e\u{301}"]?.asText == "y")
        #expect(value["b"] == nil)
        #expect(JSONValue.list([value])["a"] == nil)
    }

    @Test func `bytes that are not UTF-8 are no JSON`() {
        #expect(throws: JSONError.self) { try JSONValue(parsing: [0x22, 0xFF, 0x22]) }
    }

    @Test(arguments: [(5, true), (4, false)])
    func `no more values are read than are asked for`(most: Int, isRead: Bool) {
        let text = Array(#"{"a": [1, {}], "b": null}"#.utf8)
        do throws(JSONError) {
            _ = try JSONValue(parsing: text, most: most)
            #expect(isRead)
        } catch {
            #expect(!isRead && error.isLimit)
            #expect(error.problem == "more than 4 values")
        }
    }

    @Test(arguments: [
        (#""\ud83d\ude00""#, true), (#""\u00e9""#, true), (#""a\ud83d""#, false),
        (#""\ud83d b""#, false), (#""\ude00""#, false), (#""\ud83d\ud83d""#, false),
        (#"{"\ud83d\u0041": 1}"#, false), (#""\ud83d\""#, false),
    ])
    func `half of a surrogate pair is refused where it is asked for`(
        text: String, isWhole: Bool
    ) throws {
        let value = try? JSONValue(parsing: Array(text.utf8), takesHalves: false)
        #expect((value != nil) == isWhole)
    }
}
