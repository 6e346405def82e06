import EventPatterns
import JSON
import Testing

/// Names with dots in them: fields of that name, or the way to one.
@Suite struct DottedNameTests {
    @Test(arguments: [
        (#"{"detail.state": ["x"]}"#, #"{"detail": {"state": "x"}}"#, true),
        (#"{"detail.state": ["x"]}"#, #"{"detail": {"state": "y"}}"#, false),
        (#"{"detail.state": ["x"]}"#, #"{"detail.state": "x"}"#, true),
        (#"{"detail.state": ["x"]}"#, #"{"detail": [{"state": "y"}, {"state": "x"}]}"#, true),
        (#"{"a.b.c": [1]}"#, #"{"a": {"b": {"c": 1}}}"#, true),
        (#"{"a.b.c": [1]}"#, #"{"a": {"b.c": 1}}"#, true),
        (#"{"a.b.c": [1]}"#, #"{"a.b": {"c": 1}}"#, false),
        (#"{"a": {"b.c": [1]}}"#, #"{"a": {"b": {"c": 1}}}"#, true),
        (#"{"a.b": {"c": [1]}}"#, #"{"a": {"b": {"c": 1}}}"#, true),
        // Both of one and the same element.
        (#"{"a.b": [1], "a.c": [2]}"#, #"{"a": {"b": 1, "c": 2}}"#, true),
        (#"{"a.b": [1], "a.c": [2]}"#, #"{"a": [{"b": 1}, {"c": 2}]}"#, false),
        (#"{"a.b": [1], "a": {"c": [2]}}"#, #"{"a": [{"b": 1}, {"c": 2}]}"#, false),
        (#"{"a.b": [1], "a": {"c": [2]}}"#, #"{"a": [{"b": 0}, {"b": 1, "c": 2}]}"#, true),
        (#"{"a.b": [1], "c.d": [2]}"#, #"{"a": {"b": 1}, "c": {"d": 2}}"#, true),
        (#"{"a.b": [1], "a.c": [2]}"#, #"{"a.b": 1, "a.c": 2}"#, true),
        // What must not be there must not be there by either name.
        (#"{"a.b": [{"exists": false}]}"#, #"{"a": {"b": 1}}"#, false),
        (#"{"a.b": [{"exists": false}]}"#, #"{"a.b": 1}"#, false),
        (#"{"a.b": [{"exists": false}]}"#, #"{"a": {"c": 1}}"#, true),
        (#"{"a.b": [1], "a.c": [{"exists": false}]}"#, #"{"a": {"b": 1}}"#, true),
        (#"{"a.b": [1], "a.c": [{"exists": false}]}"#, #"{"a": {"b": 1, "c": 2}}"#, false),
        (#"{"a.b": [1], "a.c": [{"exists": false}]}"#, #"{"a.b": 1, "a": {"c": 2}}"#, false),
        (#"{"$or": [{"a.b": [1]}, {"c": [1]}]}"#, #"{"a": {"b": 1}}"#, true),
        (#"{".a": [1]}"#, #"{".a": 1}"#, true), (#"{"a.": [1]}"#, #"{"a.": 1}"#, true),
        (#"{"a..b": [1]}"#, #"{"a": {".b": 1}}"#, true), (#"{".": [1]}"#, #"{".": 1}"#, true),
    ])
    func `a name with dots finds the field of that name and the one that it leads to`(
        pattern: String, event: String, taken: Bool
    ) throws {
        #expect(try matches(pattern, event) == taken)
    }

    @Test func `in a message as well`() throws {
        let message = SampleMessage(
            body: #"{"order": {"type": "new"}}"#,
            attributes: [
                "order.kind": SampleAttribute(dataType: "String", text: "a"),
                "tenant": SampleAttribute(dataType: "String", text: "b"),
            ])
        #expect(try message.isTaken(by: #"{"body": {"order.type": ["new"]}}"#))
        #expect(try message.isTaken(by: #"{"messageAttributes": {"order.kind": ["a"]}}"#))
        #expect(try message.isTaken(by: #"{"messageAttributes": {"tenant.stringValue": ["b"]}}"#))
        #expect(try !message.isTaken(by: #"{"messageAttributes": {"tenant.stringValue": ["a"]}}"#))
        #expect(
            try errors(in: #"{"body.order.type": ["new"]}"#, for: .message) == [
                "\"body.order.type\": a message has no such field; allowed: body, "
                    + "messageAttributes, attributes; write order.type into body"
            ])
    }

    @Test func `many names with dots are no combinations`() throws {
        let names = (0..<100).map { #""service.n\#($0)": [1], "s\#($0).x": [1]"# }
        let fields = (0..<100).map { #""n\#($0)": 1"# }.joined(separator: ", ")
        let others = (0..<100).map { #""s\#($0)": {"x": 1}"# }.joined(separator: ", ")
        let pattern = "{\(names.joined(separator: ", "))}"
        #expect(try matches(pattern, "{\"service\": {\(fields)}, \(others)}"))
    }

    @Test(arguments: [
        (#"{"a.b": ["x"]}"#, #"{"a": {"b": "y"}}"#, #"a.b is "y"; wanted: "x""#),
        (#"{"a.b": ["x"]}"#, #"{}"#, #"a.b is missing; wanted: "x""#),
        (#"{"a": {"b": ["x"]}}"#, #"{"a.b": "x"}"#, #"a.b is missing; wanted: "x""#),
        (
            #"{"a.b": [{"exists": false}]}"#, #"{"a.b": 1}"#,
            #""a.b" is 1; wanted: {"exists": false}"#
        ),
    ])
    func `what is told is the field that the name leads to`(
        pattern: String, event: String, expected: String
    ) throws {
        let compiled = try EventPattern(JSONValue(parsing: pattern), for: .event)
        let set = PatternSet([compiled], for: .event)
        #expect(try set.mismatch(of: 0, event: event)?.description == expected)
    }
}
