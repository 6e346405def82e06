import EventPatterns
import JSON
import Testing

/// Patterns for messages, as Lambda's event filtering has them for SQS.
@Suite struct MessageTests {
    /// The table of "Properly filtering Amazon SQS messages" in Lambda's developer guide, and what
    /// counts as JSON.
    @Test func `JSON after a byte order mark is JSON`() throws {
        #expect(try SampleMessage(body: "\u{FEFF}{\"a\": 1}").isTaken(by: #"{"body": {"a": [1]}}"#))
        #expect(try matches(#"{"a": [1]}"#, "\u{FEFF}{\"a\": 1}"))
    }

    @Test(arguments: bodies)
    func `the form of the body has to be that of the pattern`(
        pattern: String, body: String, taken: Bool
    ) throws {
        #expect(try SampleMessage(body: body).isTaken(by: pattern) == taken)
    }

    private static let bodies: [(String, String, Bool)] = [
        (#"{"body": ["hello"]}"#, "hello", true),
        (#"{"body": [{"prefix": "Result: "}]}"#, "Result: 5", true),
        (#"{"body": [{"prefix": "Result: "}]}"#, "result", false),
        (#"{"body": {"a": [1]}}"#, "hello", false),
        (#"{"body": {"a": [1]}}"#, #"{"a": 1}"#, true),
        (#"{"body": {"a": [1]}}"#, " \n{\"a\": 1}\n", true),
        (#"{"body": {"a": [1]}}"#, #"{"a": 2}"#, false),
        (#"{"body": [{"prefix": "{"}]}"#, #"{"a": 1}"#, false),
        (#"{"body": [{"anything-but": "x"}]}"#, #"{"a": 1}"#, false),
        (#"{"body": [{"prefix": "{"}]}"#, #"{"a": 1"#, true),
        (#"{"body": [{"exists": false}]}"#, #"{"a": 1}"#, false),
        (#"{"body": [{"exists": true}]}"#, "x", true),
        (#"{"body": {"b": [{"exists": false}]}}"#, #"{"a": 1}"#, true),
        (#"{"body": {"b": [{"exists": false}]}}"#, "not json", false),
        (#"{"body": {"b": [{"exists": false}]}}"#, #"{"a": 1} trailing"#, false),
        (#"{"body": {"b": [{"exists": false}]}}"#, #"{"a": 01}"#, false),
        (#"{"body": ["42"]}"#, "42", true),
        (#"{"body": [42]}"#, "42", false),
        (#"{"body": ["\"a\""]}"#, #""a""#, true),
        (#"{"body": ["a"]}"#, #"["a"]"#, false),
        (#"{"body": {"a": [1]}}"#, #"[{"a": 2}, {"a": 1}]"#, true),
        (#"{"body": {"a": [1], "b": [2]}}"#, #"[{"a": 1}, {"b": 2}]"#, false),
        (#"{"$or": [{"body": ["hi"]}, {"body": {"a": [1]}}]}"#, "hi", true),
        (#"{"$or": [{"body": ["hi"]}, {"body": {"a": [1]}}]}"#, #"{"a": 1}"#, true),
        (#"{"attributes": {"SequenceNumber": [{"exists": false}]}}"#, "anything", true),
    ]

    private static let message = SampleMessage(
        body: "plain",
        systemAttributes: ["ApproximateReceiveCount": "2", "MessageGroupId": "eu"],
        attributes: [
            "tenant": SampleAttribute(dataType: "String", text: "a"),
            "size": SampleAttribute(dataType: "Number.int", text: "30"),
            "odd": SampleAttribute(dataType: "Number", text: "0x1F"),
            "seal": SampleAttribute(dataType: "Binary", bytes: [0, 255]),
        ])

    @Test(arguments: attributes)
    func `attributes are looked at by their names`(pattern: String, taken: Bool) throws {
        #expect(try Self.message.isTaken(by: pattern) == taken)
    }

    private static let attributes: [(String, Bool)] = [
        (#"{"messageAttributes": {"tenant": {"stringValue": ["a", "b"]}}}"#, true),
        (#"{"messageAttributes": {"tenant": {"stringValue": ["c"]}}}"#, false),
        (#"{"messageAttributes": {"tenant": {"dataType": ["String"]}}}"#, true),
        (#"{"messageAttributes": {"tenant": {"binaryValue": [{"exists": false}]}}}"#, true),
        (#"{"messageAttributes": {"seal": {"binaryValue": ["AP8="]}}}"#, true),
        (#"{"messageAttributes": {"seal": {"stringValue": [{"exists": true}]}}}"#, false),
        (#"{"messageAttributes": {"size": {"stringValue": ["30"]}}}"#, true),
        (#"{"messageAttributes": {"size": {"stringValue": [{"numeric": ["=", 30]}]}}}"#, false),
        (#"{"messageAttributes": {"size": [{"numeric": [">", 29]}]}}"#, true),
        (#"{"messageAttributes": {"size": ["30"]}}"#, false),
        (#"{"messageAttributes": {"odd": ["0x1F"]}}"#, true),
        (#"{"messageAttributes": {"tenant": ["a"]}}"#, true),
        (#"{"messageAttributes": {"tenant": [{"exists": false}]}}"#, false),
        (#"{"messageAttributes": {"other": [{"exists": false}]}}"#, true),
        (#"{"messageAttributes": {"other": {"stringValue": [{"exists": false}]}}}"#, true),
        (#"{"messageAttributes": {"seal": ["AP8="]}}"#, true),
        (#"{"attributes": {"MessageGroupId": [{"prefix": "e"}]}}"#, true),
        (#"{"attributes": {"MessageGroupId": ["us"]}}"#, false),
        (#"{"attributes": {"ApproximateReceiveCount": ["2"]}}"#, true),
        (#"{"attributes": {"SenderId": [{"exists": true}]}}"#, false),
        (#"{"attributes": {"MessageGroupId": ["eu"]}, "body": ["plain"]}"#, true),
        (#"{"attributes": {"MessageGroupId": ["eu"]}, "body": ["other"]}"#, false),
        (#"{"$or": [{"body": ["x"]}, {"messageAttributes": {"tenant": ["a"]}}]}"#, true),
    ]

    @Test func `the body is read once for all patterns, and not where none asks for it`() throws {
        let message = CountingMessage()
        func set(_ source: String) throws -> PatternSet {
            let pattern = try EventPattern(JSONValue(parsing: source), for: .message)
            return PatternSet([nil] + Array(repeating: pattern, count: 100), for: .message)
        }
        let attributes = try set(#"{"messageAttributes": {"a": [{"exists": false}]}}"#)
        #expect(attributes.matches(message).allSatisfy { $0 })
        #expect(message.reads == 0)
        #expect(try set(#"{"body": {"a": [1]}}"#).matches(message).allSatisfy { $0 })
        #expect(message.reads == 1)
    }

    @Test func `each of many patterns gets its own answer`() throws {
        let sources = [#"{"body": {"a": [1]}}"#, #"{"body": ["x"]}"#, #"{"body": {"a": [2]}}"#]
        let patterns = try sources.map {
            try EventPattern(JSONValue(parsing: $0), for: .message)
        }
        let set = PatternSet([nil] + patterns, for: .message)
        #expect(set.matches(SampleMessage(body: #"{"a": 2}"#)) == [true, false, false, true])
        #expect(set.matches(SampleMessage(body: "x")) == [true, false, true, false])
    }
}

/// Counts how often its body is asked for.
private final class CountingMessage: MatchableMessage {
    private(set) var reads = 0

    var body: String {
        reads += 1
        return #"{"a": 1}"#
    }

    let systemAttributes: [String: String] = [:]
    let attributes: [String: SampleAttribute] = [:]
}
