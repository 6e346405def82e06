import Logging
import MessageHandling
import SQS
import SubscriberEngine
import TestKit
import Testing

@Suite(.timeLimit(.minutes(1))) struct DeadLetterTests {
    private let sent = Recorder<SentDeadLetter>()

    private func stage(_ handlers: RegisteredHandler...) -> Stage {
        Stage(
            settings: QueueSettings(deadLetterQueueURL: "http://localhost/dead"),
            deadLetters: DeadLetterOffice(
                host: "web-1", time: { "2026-03-29T14:05:09Z" },
                sent: { [sent] in sent.record($0) }),
            handlers)
    }

    private func rejecting(_ reason: String = "bad") -> RegisteredHandler {
        handler("charge") { _, _ in .reject(reason: reason) }
    }

    private func message(
        body: String = "a", _ attributes: [String: String] = [:]
    ) -> Message {
        Message(
            id: "id-a", receiptHandle: "handle-a", body: body,
            attributes: attributes.mapValues(Self.text),
            systemAttributes: ["ApproximateReceiveCount": "3"], queue: Queue(name: "", url: ""))
    }

    private static func text(_ value: String) -> MessageAttribute {
        MessageAttribute(dataType: "String", value: .text(value))
    }

    /// What is sent for a message, once its original is deleted.
    private func letter(for message: Message, on stage: Stage) async -> SendEntry? {
        var letter: SendEntry?
        await stage.run {
            await stage.service.publish(message)
            let calls = await stage.service.calls.wait { $0.contains(.delete(["handle-a"])) }
            for case .send(let entries) in calls { letter = letter ?? entries.first }
        }
        return letter
    }

    private func attributes(of letter: SendEntry?) -> [String: String] {
        (letter?.attributes ?? [:]).compactMapValues {
            if case .text(let text) = $0.value { text } else { nil }
        }
    }

    private static let origin = """
        {"queue":"demo","messageId":"id-a","receiveCount":3,"handler":"charge","host":"web-1",\
        "time":"2026-03-29T14:05:09Z"}
        """
    private static let originWithReason = """
        \(origin.dropLast()),"reason":"bad"}
        """

    @Test func `a dead letter says why it is there and where it came from`() async {
        let letter = await letter(for: message(["own": "1"]), on: stage(rejecting()))
        #expect(letter?.body == "a")
        #expect(
            attributes(of: letter)
                == ["own": "1", "RejectReason": "bad", "RejectedFrom": Self.origin])
    }

    @Test func `what SQS takes in no attribute is replaced in the reason`() async {
        let letter = await letter(for: message(), on: stage(rejecting("bad\u{1}")))
        #expect(attributes(of: letter)["RejectReason"] == "bad ")
    }

    @Test func `of several handlers the one that rejected the message is named`() async {
        let letter = await letter(
            for: message(), on: stage(handler("mail") { _, _ in .done }, rejecting()))
        #expect(attributes(of: letter)["RejectedFrom"] == Self.origin)
    }

    @Test func `who sends dead letters is told under which id each is found`() async {
        _ = await letter(for: message(), on: stage(rejecting()))
        #expect(
            sent.items.map { [$0.messageID, $0.newMessageID, $0.queue, $0.handler, $0.reason] }
                == [["id-a", "new-0", "dead", "charge", "bad"]])
    }

    @Test func `the last of what the handler said goes with it`() async {
        let talking = handler("charge") { _, context in
            let output = String(repeating: "x", count: 2_000) + "\nno amount"
            context.notes.change { $0.output = output }
            return .reject(reason: "bad")
        }
        let letter = await letter(for: message(), on: stage(talking))
        let origin = attributes(of: letter)["RejectedFrom"] ?? ""
        #expect(origin.hasSuffix("xxx\\nno amount\"}"))
        #expect(origin.hasPrefix("\(Self.origin.dropLast()),\"output\":\"xxx"))
        #expect(origin.utf8.count < 1_200)
    }

    /// How many attributes a message has of its own, and which of ours find a place beside them.
    static let crowds: [(own: Int, added: [String: String])] = [
        (8, ["RejectReason": "bad", "RejectedFrom": origin]),
        (9, ["RejectedFrom": originWithReason]),
        (10, [:]),
    ]

    @Test(arguments: crowds)
    func `a message with many attributes of its own is sent all the same`(
        own: Int, added: [String: String]
    ) async {
        let own = Dictionary(uniqueKeysWithValues: (0..<own).map { ("a\($0)", "\($0)") })
        let letter = await letter(for: message(own), on: stage(rejecting()))
        #expect(attributes(of: letter) == own.merging(added) { $1 })
    }

    @Test func `an attribute of the sender's that is called as ours is kept`() async {
        let letter = await letter(
            for: message(["RejectReason": "theirs"]), on: stage(rejecting()))
        #expect(
            attributes(of: letter)
                == ["RejectReason": "theirs", "RejectedFrom": Self.originWithReason])
    }

    @Test func `one that was moved back tells of its last rejection`() async {
        let old = ["RejectReason": "old", "RejectedFrom": "{\"queue\":\"other\"}"]
        let letter = await letter(for: message(old), on: stage(rejecting()))
        #expect(
            attributes(of: letter) == ["RejectReason": "bad", "RejectedFrom": Self.origin])
    }

    /// How many bytes SQS has room for beside the body, and what is sent in them.
    static let sizes: [(room: Int, added: Set<String>)] = [
        (0, []), (30, ["RejectReason"]), (140, ["RejectedFrom"]),
        (300, ["RejectReason", "RejectedFrom"]),
    ]

    @Test(arguments: sizes)
    func `a message as large as SQS takes goes without what finds no room`(
        room: Int, added: Set<String>
    ) async {
        let body = String(repeating: "x", count: 1_048_576 - room)
        let letter = await letter(for: message(body: body), on: stage(rejecting()))
        #expect(letter?.body == body)
        #expect(Set(attributes(of: letter).keys) == added)
    }
}
