import EventPatterns
import JSON
import Testing

/// What is said of a pattern that does not match.
@Suite struct ExplanationTests {
    @Test(arguments: events)
    func `the first field that does not fit is named, with what was wanted`(
        pattern: String, event: String, expected: String?
    ) throws {
        let compiled = try EventPattern(JSONValue(parsing: pattern), for: .event)
        let set = PatternSet([compiled], for: .event)
        #expect(try set.mismatch(of: 0, event: event)?.description == expected)
    }

    private static let events: [(String, String, String?)] = [
        (#"{"a": ["x"]}"#, #"{"a": "x"}"#, nil),
        (#"{"a": ["x"]}"#, #"{}"#, #"a is missing; wanted: "x""#),
        (
            #"{"a": ["x", {"prefix": "y"}]}"#, #"{"a": "z"}"#,
            #"a is "z"; wanted: "x", {"prefix": "y"}"#
        ),
        (#"{"a": ["5"]}"#, #"{"a": 5}"#, #"a is 5; wanted: "5""#),
        (#"{"a": [1]}"#, #"{"a": [2, null, true, 4, 5]}"#, "a is 2, null, true, …; wanted: 1"),
        (#"{"a": ["x"], "b": {"c": [1]}}"#, #"{"a": "x"}"#, "b.c is missing; wanted: 1"),
        (
            #"{"b": {"c": [{"exists": false}]}}"#, #"{"b": {"c": "v"}}"#,
            #"b.c is "v"; wanted: {"exists": false}"#
        ),
        (
            #"{"b": {"c": [1], "d": [1]}}"#, #"{"b": [{"c": 1}, {"d": 1}]}"#,
            "b is a list of which no single element fits; the first: b.d is missing; wanted: 1"
        ),
        (
            #"{"$or": [{"a": [1]}, {"b": [1]}]}"#, #"{"a": 2}"#,
            "the event fits none of the alternatives of $or; the first: a is 2; wanted: 1"
        ),
    ]

    @Test(arguments: messages)
    func `a body of the wrong form is named as such`(
        pattern: String, body: String, expected: String
    ) throws {
        let compiled = try EventPattern(JSONValue(parsing: pattern), for: .message)
        let set = PatternSet([compiled], for: .message)
        let mismatch = set.mismatch(of: 0, SampleMessage(body: body))
        #expect(mismatch?.description == expected)
    }

    private static let messages: [(String, String, String)] = [
        (
            #"{"body": {"a": [1]}}"#, #"{"a": 1"#,
            "body is not JSON (expected , or }, but the text ends at byte 8), and the pattern is "
                + "for JSON"
        ),
        (
            #"{"body": {"a": [1]}}"#, "hello",
            "body is not JSON (expected { or [ at byte 1), and the pattern is for JSON"
        ),
        (
            #"{"body": ["hello"]}"#, #"{"a": 1}"#,
            "body is JSON, and the pattern is for a plain text"
        ),
        (#"{"body": ["hello"]}"#, "bye", #"body is "bye"; wanted: "hello""#),
    ]
}
