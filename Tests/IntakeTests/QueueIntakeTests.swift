import EventPatterns
import Intake
import JSON
import MessageHandling
import Testing

/// Which handlers of a queue get a message.
@Suite struct QueueIntakeTests {
    /// A handler that wants what fits the pattern, or every message.
    private func taker(_ json: String?, fallback: Bool = false) throws -> QueueIntake.Taker {
        let pattern = try json.map { try EventPattern(JSONValue(parsing: $0), for: .message) }
        return QueueIntake.Taker(match: pattern, isFallback: fallback)
    }

    @Test func `every handler gets what it wants`() throws {
        let intake = QueueIntake([
            try taker(#"{"body": {"n": [1]}}"#), try taker(nil), try taker(#"{"body": ["x"]}"#),
        ])
        let takers = [#"{"n": 1}"#, "x", "y"].map { intake.read(message($0)).takers }
        #expect(takers == [[0, 1], [1, 2], [1]])
        #expect(!intake.isPlain)
    }

    @Test func `a fallback gets what no other wants, and not all of that`() throws {
        let intake = QueueIntake([
            try taker(#"{"body": [{"prefix": "a"}]}"#), try taker(nil, fallback: true),
            try taker(#"{"body": [{"anything-but": "y"}]}"#, fallback: true),
        ])
        #expect(["a", "y", "z"].map { intake.read(message($0)).takers } == [[0], [1], [1, 2]])
    }

    @Test func `a fallback without another handler gets all, beside one without match nothing`()
        throws
    {
        let alone = QueueIntake([try taker(nil, fallback: true)])
        #expect(alone.read(message("a")).takers == [0])
        #expect(alone.isPlain)
        let beside = QueueIntake([try taker(nil), try taker(nil, fallback: true)])
        #expect(beside.read(message("a")).takers == [0])
        #expect(!beside.isPlain)
    }

    @Test func `where all want every message as it is, there is nothing to work out`() throws {
        #expect(QueueIntake([try taker(nil), try taker(nil)]).isPlain)
        #expect(!QueueIntake([try taker(nil)], unwrap: [.gzip]).isPlain)
    }

    @Test func `a body is looked at without its envelopes; all get one that is not in their form`()
        throws
    {
        let intake = QueueIntake(
            [
                try taker(#"{"body": {"n": [1]}}"#), try taker(#"{"body": ["plain"]}"#),
                try taker(nil, fallback: true),
            ],
            unwrap: [.base64])
        let readings = ["eyJuIjogMX0=", "/w==", "cGxhaW4="].map { intake.read(message($0)) }
        #expect(readings.map(\.takers) == [[0], [0, 1], [1]])
        let bodies = readings.map { try? $0.content.get().body }
        #expect(bodies == [#"{"n": 1}"#, nil, "plain"])
    }

    @Test func `what is not in its form is rejected by whoever gets it, as it was received`()
        async throws
    {
        let intake = QueueIntake([try taker(nil)], unwrap: [.base64])
        let arrival = intake.arrival(of: message("/w=="))
        #expect(arrival.message == message("/w=="))
        guard case .missing(let result) = arrival.content else {
            Issue.record("\(arrival.content)")
            return
        }
        #expect(
            result
                == .reject(
                    reason: "the body holds bytes that are no text in UTF-8; without \"base64\" in "
                        + "unwrap it is handed over as it is"))
    }

    @Test(arguments: [(17, true), (16, false)])
    func `a body that grows over the limit goes to every handler`(limit: Int, fits: Bool) throws {
        let packed = "H4sIAAAAAAACA8tIzcnJV8hAkACAiPnlEQAAAA=="
        let intake = QueueIntake(
            [
                try taker(#"{"body": ["hello hello hello"]}"#), try taker(#"{"body": ["other"]}"#),
            ], unwrap: [.gzip], unwrapLimit: limit)
        #expect(intake.read(message(packed)).takers == (fits ? [0] : [0, 1]))
    }

    @Test func `what SQS and the sender say of a message can be matched`() throws {
        let intake = QueueIntake([
            try taker(#"{"messageAttributes": {"tenant": {"stringValue": ["a"]}}}"#),
            try taker(#"{"messageAttributes": {"seal": {"binaryValue": ["AP8="]}}}"#),
            try taker(#"{"attributes": {"MessageGroupId": ["eu"]}}"#),
            try taker(#"{"messageAttributes": {"other": [{"exists": true}]}}"#),
        ])
        let seal = MessageAttribute(dataType: "Binary", value: .binary([0, 255]))
        let message = message("x", ["tenant": text("a"), "seal": seal])
        #expect(intake.read(message).takers == [0, 1, 2])
    }
}
