import Commands
import Testing

@Suite(.timeLimit(.minutes(1)))
struct QueueFactsTests {
    private static let arn = "arn:aws:sqs:eu-west-1:123456789012:dead"

    @Test(
        arguments: [
            (#"{"deadLetterTargetArn":"\#(arn)","maxReceiveCount":5}"#, arn, 5),
            (#"{"deadLetterTargetArn":"\#(arn)","maxReceiveCount":"5"}"#, arn, 5),
            (#"{"deadLetterTargetArn":"\#(arn)"}"#, arn, nil),
            ("", nil, nil), ("{}", nil, nil), ("null", nil, nil),
        ] as [(String, String?, Int?)])
    func `a redrive policy is read as servers write it`(
        _ text: String, target: String?, receives: Int?
    ) {
        let policy = QueueFacts(["RedrivePolicy": text]).redrivePolicy
        #expect(policy?.targetARN == target)
        #expect(policy?.maximumReceives == receives)
    }

    @Test func `counts are told as far as they are there`() {
        #expect(QueueFacts(["ApproximateNumberOfMessages": "1"]).counts == "1 message")
        let facts = QueueFacts([
            "ApproximateNumberOfMessages": "3", "ApproximateNumberOfMessagesNotVisible": "2",
            "ApproximateNumberOfMessagesDelayed": "1",
        ])
        #expect(facts.counts == "3 messages, 2 in flight, 1 delayed")
        #expect(facts.total == 6)
    }

    @Test(arguments: [(arn, "dead"), ("http://127.0.0.1:1/1/dead", "dead"), ("dead", "dead")])
    func `the name of a queue is the end of what names it`(_ text: String, name: String) {
        #expect(text.queueName == name)
    }

    @Test func `columns are as wide as their widest cell, and nothing ends in blanks`() {
        var table = TextTable(["QUEUE", "N", "TO"])
        table.add(["orders", "10", ""])
        #expect(table.text == "QUEUE   N   TO\norders  10")
    }

    @Test(arguments: [("a\tb\n", "a\tb\n"), ("\u{1B}[31mred\r", "\u{FFFD}[31mred\u{FFFD}")])
    func `a stranger's text does not steer the terminal`(_ text: String, shown: String) {
        #expect(PrintableText.of(text) == shown)
    }
}
