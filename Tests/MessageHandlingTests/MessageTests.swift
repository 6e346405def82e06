import MessageHandling
import Testing

struct MessageTests {
    private func message(_ systemAttributes: [String: String]) -> Message {
        Message(
            id: "1", receiptHandle: "r", body: "b", systemAttributes: systemAttributes,
            queue: Queue(name: "orders", url: "http://127.0.0.1/000000000000/orders"))
    }

    @Test(
        arguments: [
            ([:], 1), (["ApproximateReceiveCount": "1"], 1),
            (["ApproximateReceiveCount": "17"], 17),
            (["ApproximateReceiveCount": "many"], 1), (["ApproximateReceiveCount": ""], 1),
        ] as [([String: String], Int)])
    func `the receive count is what SQS says, and 1 where it says nothing`(
        attributes: [String: String], count: Int
    ) {
        #expect(message(attributes).receiveCount == count)
    }

    @Test func `times are milliseconds, and absent where SQS gave none or no number`() {
        let known = message([
            "SentTimestamp": "1700000000123", "ApproximateFirstReceiveTimestamp": "1700000000456",
        ])
        #expect(known.sentTimestamp == 1_700_000_000_123)
        #expect(known.firstReceiveTimestamp == 1_700_000_000_456)
        #expect(message([:]).sentTimestamp == nil)
        #expect(message(["SentTimestamp": "yesterday"]).sentTimestamp == nil)
        #expect(message([:]).firstReceiveTimestamp == nil)
    }

    @Test func `group and trace header are the system attributes of those names`() {
        let message = message(["MessageGroupId": "g-1", "AWSTraceHeader": "Root=1-2-3"])
        #expect(message.messageGroupID == "g-1")
        #expect(message.traceHeader == "Root=1-2-3")
    }

    @Test(arguments: [
        ("orders", false), ("orders.fifo", true), ("fifo", false), ("orders.fifo.old", false),
    ])
    func `only the suffix makes a queue a FIFO queue`(name: String, isFIFO: Bool) {
        #expect(Queue(name: name, url: "http://127.0.0.1/\(name)").isFIFO == isFIFO)
    }

    @Test func `an unavailable handler says what its author wrote`() {
        #expect("\(HandlerUnavailable("start the server"))" == "start the server")
    }
}
