import Commands
import MessageHandling
import Testing

@Suite(.timeLimit(.minutes(1)))
struct DeadLetterOriginTests {
    private static let arn = "arn:aws:sqs:eu-west-1:123456789012:orders"
    private static let rejected = """
        {"queue":"orders","queueArn":"\(arn)","messageId":"old","handler":"charge",\
        "reason":"in the origin"}
        """

    @Test func `the service's word tells where a letter of a redrive policy is from`() {
        let origin = DeadLetterOrigin(
            message(
                "id-1", attributes: ["RejectReason": text("stale"), "RejectedFrom": text("{}")],
                system: ["DeadLetterQueueSourceArn": Self.arn]))
        #expect(origin.queue == Self.arn)
        #expect(origin.messageID == "id-1")
        #expect(origin.isCertain)
        #expect(origin.summary == "received too often in orders")
    }

    @Test func `our own attributes tell where a rejected letter is from`() {
        let origin = DeadLetterOrigin(
            message(
                "id-2",
                attributes: [
                    "RejectReason": text("card declined\nmore"),
                    "RejectedFrom": text(Self.rejected),
                ]))
        #expect(origin.queue == Self.arn)
        #expect(origin.messageID == "old")
        #expect(!origin.isCertain, "any sender can write it")
        #expect(origin.summary == "charge: card declined")
    }

    @Test func `a reason without a place of its own is in the origin`() {
        let origin = DeadLetterOrigin(
            message("id-3", attributes: ["RejectedFrom": text(Self.rejected)]))
        #expect(origin.reason == "in the origin")
    }

    @Test func `what the handler said last is told with its reason`() {
        let origin = DeadLetterOrigin(
            message(
                "id-4",
                attributes: [
                    "RejectReason": text("exit status 65"),
                    "RejectedFrom": text(
                        #"{"handler":"charge","output":"began\nno card \u001b[2J of Ann\n"}"#),
                ]))
        #expect(origin.reason == "exit status 65")
        #expect(origin.summary == "charge: exit status 65: no card  [2J of Ann")
    }

    @Test(arguments: ["", "not JSON", "[]", #"{"queue":5}"#, "null"])
    func `what somebody else wrote is no origin`(_ value: String) {
        let origin = DeadLetterOrigin(message("id", attributes: ["RejectedFrom": text(value)]))
        #expect(origin.queue == nil)
        #expect(origin.summary == "no reason noted")
    }

    @Test func `a long reason is cut for the list`() {
        let origin = DeadLetterOrigin(
            message("id", attributes: ["RejectReason": text(String(repeating: "x", count: 200))]))
        #expect(origin.summary.count == 160)
        #expect(origin.summary.hasSuffix("…"))
    }

    @Test func `the most frequent reason is the first, and the oldest counts`() {
        var summary = DeadLetterSummary()
        for (reason, sent) in [("b", "30"), ("a", "10"), ("b", "20"), ("c", "40")] {
            summary.add(
                message(
                    reason, attributes: ["RejectReason": text(reason)],
                    system: ["SentTimestamp": sent]))
        }
        #expect(summary.reasons.map(\.reason) == ["b", "a", "c"])
        #expect(summary.reasons.map(\.count) == [2, 1, 1])
        #expect(summary.oldest == 10)
        #expect(summary.looked == 4)
    }
}
