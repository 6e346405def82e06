import Daemon
import Envelopes
import EventPatterns
import MessageHandling
import Testing

/// Which handlers of a queue want a message, asked one by one as the engine does.
@Suite struct QueueMatcherTests {
    private func message(_ id: String, _ body: String, receipt: String = "r") -> Message {
        Message(
            id: id, receiptHandle: receipt, body: body,
            attributes: [
                "tenant": MessageAttribute(dataType: "String", value: .text("a")),
                "seal": MessageAttribute(dataType: "Binary", value: .binary([0, 255])),
            ], systemAttributes: ["MessageGroupId": "eu"], queue: Queue(name: "q", url: ""))
    }

    private func pattern(_ json: String) throws -> EventPattern {
        try EventPattern(JSONValue(parsing: json), for: .message)
    }

    @Test func `questions about several messages may come in any order`() throws {
        let matcher = QueueMatcher([
            try pattern(#"{"body": {"n": [1]}}"#), nil, try pattern(#"{"body": ["x"]}"#),
        ])
        let messages = [message("1", #"{"n": 1}"#), message("2", "x"), message("3", "y")]
        let expected = [[true, true, false], [false, true, true], [false, true, false]]
        for round in 0..<3 {
            for (index, message) in messages.enumerated() {
                for handler in 0..<3 {
                    let handler = (handler + round) % 3
                    let answer = matcher.matches(message, handler: handler)
                    #expect(answer == expected[index][handler], "\(message.body), \(handler)")
                }
            }
        }
        #expect(matcher.matches(message("1", #"{"n": 1}"#, receipt: "s"), handler: 0))
    }

    @Test func `a body is looked at without its envelopes, and as it is where it has none`() throws
    {
        let matcher = QueueMatcher(
            [try pattern(#"{"body": {"n": [1]}}"#), try pattern(#"{"body": ["plain"]}"#)],
            unwrap: [.base64])
        let answers = [message("1", "eyJuIjogMX0="), message("2", "{}"), message("3", "cGxhaW4=")]
            .map { message in (0..<2).map { matcher.matches(message, handler: $0) } }
        #expect(answers == [[true, false], [false, false], [false, true]])
    }

    @Test func `what SQS and the sender say of a message can be matched`() throws {
        let matcher = QueueMatcher([
            try pattern(#"{"messageAttributes": {"tenant": {"stringValue": ["a"]}}}"#),
            try pattern(#"{"messageAttributes": {"seal": {"binaryValue": ["AP8="]}}}"#),
            try pattern(#"{"attributes": {"MessageGroupId": ["eu"]}}"#),
            try pattern(#"{"messageAttributes": {"other": [{"exists": true}]}}"#),
        ])
        let answers = (0..<4).map { matcher.matches(message("1", "x"), handler: $0) }
        #expect(answers == [true, true, true, false])
    }
}
