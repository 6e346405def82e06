import Daemon
import Envelopes
import EventPatterns
import JSON
import MessageHandling
import Testing

/// Which handlers of a queue want a message.
@Suite struct QueueMatcherTests {
    private func message(_ body: String) -> Message {
        Message(
            id: "1", receiptHandle: "r", body: body,
            attributes: [
                "tenant": MessageAttribute(dataType: "String", value: .text("a")),
                "seal": MessageAttribute(dataType: "Binary", value: .binary([0, 255])),
            ], systemAttributes: ["MessageGroupId": "eu"], queue: Queue(name: "q", url: ""))
    }

    private func pattern(_ json: String) throws -> EventPattern {
        try EventPattern(JSONValue(parsing: json), for: .message)
    }

    @Test func `every handler gets its own answer, in their order`() throws {
        let matcher = try #require(
            QueueMatcher([
                try pattern(#"{"body": {"n": [1]}}"#), nil, try pattern(#"{"body": ["x"]}"#),
            ]))
        let answers = [#"{"n": 1}"#, "x", "y"].map { matcher.matches(message($0)) }
        #expect(answers == [[true, true, false], [false, true, true], [false, true, false]])
    }

    @Test func `where all want every message, nothing is asked`() {
        #expect(QueueMatcher([nil, nil], unwrap: [.gzip]) == nil)
        #expect(QueueMatcher([]) == nil)
    }

    @Test func `a body is looked at without its envelopes; all get one that is not in their form`()
        throws
    {
        let matcher = try #require(
            QueueMatcher(
                [try pattern(#"{"body": {"n": [1]}}"#), try pattern(#"{"body": ["plain"]}"#)],
                unwrap: [.base64]))
        let answers = ["eyJuIjogMX0=", "{}", "cGxhaW4="].map { matcher.matches(message($0)) }
        #expect(answers == [[true, false], [true, true], [false, true]])
    }

    @Test(arguments: [(17, true), (16, false)])
    func `a body that grows over the limit goes to every handler`(limit: Int, fits: Bool) throws {
        let packed = "H4sIAAAAAAACA8tIzcnJV8hAkACAiPnlEQAAAA=="
        let matcher = try #require(
            QueueMatcher(
                [
                    try pattern(#"{"body": ["hello hello hello"]}"#),
                    try pattern(#"{"body": ["other"]}"#),
                ], unwrap: [.gzip], unwrapLimit: limit))
        #expect(matcher.matches(message(packed)) == [true, !fits])
    }

    @Test func `what SQS and the sender say of a message can be matched`() throws {
        let matcher = try #require(
            QueueMatcher([
                try pattern(#"{"messageAttributes": {"tenant": {"stringValue": ["a"]}}}"#),
                try pattern(#"{"messageAttributes": {"seal": {"binaryValue": ["AP8="]}}}"#),
                try pattern(#"{"attributes": {"MessageGroupId": ["eu"]}}"#),
                try pattern(#"{"messageAttributes": {"other": [{"exists": true}]}}"#),
            ]))
        #expect(matcher.matches(message("x")) == [true, true, true, false])
    }
}
