import HTTP
import HTTPTransport
import MessageHandling
import SQS
import Testing

@Suite(.moto, .timeLimit(.minutes(2)))
struct MotoTests {
    private func withClient(_ body: (SQSClient) async throws -> Void) async throws {
        let transport = NIOTransport()
        let journal = Journal()
        let client = SQSClient(
            transport: transport, endpoint: .configured(Moto.url),
            sign: { (request) throws(SQSError) in
                var request = request
                request.headers["Authorization"] = Moto.authorization
                return SignedRequest(request) {}
            },
            pacing: JournalPacing(journal: journal, quota: .max),
            onCorrupted: { journal.add(.corrupted($0)) })
        do {
            try await body(client)
        } catch {
            await transport.shutdown()
            throw error
        }
        await transport.shutdown()
        #expect(journal.count { if case .corrupted = $0 { true } else { false } } == 0)
    }

    private func receive(
        _ client: SQSClient, _ url: String, attemptID: String? = nil
    ) async throws -> [Message] {
        try await client.receive(
            ReceiveRequest(
                queue: queue(url), maximumMessages: 10, waitTime: .zero, attemptID: attemptID))
    }

    @Test func `a queue is found, and its attributes are read`() async throws {
        try await withClient { client in
            let url = try await Moto.createQueue(
                named: "admin", attributes: ["VisibilityTimeout": "7"])
            let found = try await client.queueURL(named: "admin", ownerAccountID: nil)
            #expect(found == url)
            var attributes = try await client.attributes(["VisibilityTimeout"], of: url)
            #expect(attributes == ["VisibilityTimeout": "7"])
            attributes = try await client.attributes(["All"], of: url)
            #expect(attributes["VisibilityTimeout"] == "7")
        }
    }

    @Test func `what is sent is received, byte for byte and attribute for attribute`()
        async throws
    {
        let attributes = [
            "s": MessageAttribute(dataType: "String", value: .text("é\"\\\n")),
            "n": MessageAttribute(dataType: "Number.int", value: .text("12")),
            "b": MessageAttribute(dataType: "Binary", value: .binary([0, 255, 10])),
        ]
        let bodies = [
            "plain", "\t\n\r \"quoted\" \\", "😀 é €\u{10FFFF}",
            String(repeating: "0123456789abcdef", count: 1 << 15),
        ]
        try await withClient { client in
            let url = try await Moto.createQueue(named: "bodies")
            let entries = bodies.enumerated().map {
                SendEntry(id: "e\($0.offset)", body: $0.element, attributes: attributes)
            }
            let sent = try await client.send(entries, to: url)
            #expect(sent.failed.isEmpty)
            let messages = try await receive(client, url)
            #expect(Set(messages.map(\.body)) == Set(bodies))
            #expect(Set(messages.map(\.id)) == Set(sent.successful.values.map(\.id)))
            for message in messages {
                #expect(message.attributes == attributes)
                #expect(message.systemAttributes["ApproximateReceiveCount"] == "1")
                #expect(message.systemAttributes["SentTimestamp"] != nil)
            }
            let deleted = try await client.delete(
                messages.enumerated().map {
                    DeleteEntry(id: "\($0.offset)", receiptHandle: $0.element.receiptHandle)
                }, from: url)
            #expect(deleted.successful.count == bodies.count)
            #expect(deleted.failed.isEmpty)
        }
    }

    @Test func `a released message comes back, and a deleted one does not`() async throws {
        try await withClient { client in
            let url = try await Moto.createQueue(named: "leases")
            let sent = try await client.send([SendEntry(id: "1", body: "b")], to: url)
            let first = try #require(try await receive(client, url).first)
            #expect(first.id == sent.successful["1"]?.id)
            let hidden = try await receive(client, url)
            #expect(hidden.isEmpty)

            let released = try await client.changeVisibility(
                [VisibilityEntry(id: "v", receiptHandle: first.receiptHandle, timeout: .zero)],
                in: url)
            #expect(Array(released.successful.keys) == ["v"])
            let second = try #require(try await receive(client, url).first)
            #expect(second.systemAttributes["ApproximateReceiveCount"] == "2")

            let deleted = try await client.delete(
                [DeleteEntry(id: "d", receiptHandle: second.receiptHandle)], from: url)
            #expect(Array(deleted.successful.keys) == ["d"])
            let attributes = try await client.attributes(["All"], of: url)
            #expect(attributes["ApproximateNumberOfMessages"] == "0")
            #expect(attributes["ApproximateNumberOfMessagesNotVisible"] == "0")
        }
    }

    @Test func `entries of a batch fail by themselves`() async throws {
        try await withClient { client in
            let url = try await Moto.createQueue(named: "partial")
            _ = try await client.send([SendEntry(id: "1", body: "b")], to: url)
            let message = try #require(try await receive(client, url).first)
            let result = try await client.delete(
                [
                    DeleteEntry(id: "good", receiptHandle: message.receiptHandle),
                    DeleteEntry(id: "bad", receiptHandle: "no such handle"),
                ], from: url)
            #expect(Array(result.successful.keys) == ["good"])
            #expect(result.failed["bad"]?.kind == .leaseLost)
        }
    }

    @Test func `a queue that does not exist is missing`() async throws {
        try await withClient { client in
            let byName = await #expect(throws: SQSError.self) {
                _ = try await client.queueURL(named: "nowhere", ownerAccountID: nil)
            }
            #expect(byName?.kind == .missing)
            #expect(byName?.code == "QueueDoesNotExist")
            #expect(byName?.description.contains("“nowhere”") == true)
            let byURL = await #expect(throws: SQSError.self) {
                _ = try await receive(client, Moto.url + "/123456789012/nowhere")
            }
            #expect(byURL?.kind == .missing)
            #expect(byURL?.requestID != nil)
        }
    }

    @Test func `a wrong request is malformed`() async throws {
        try await withClient { client in
            let url = try await Moto.createQueue(named: "wrong")
            let error = await #expect(throws: SQSError.self) {
                _ = try await client.receive(
                    ReceiveRequest(queue: queue(url), maximumMessages: 11, waitTime: .zero))
            }
            #expect(error?.kind == .malformed)
        }
    }

    @Test func `a FIFO queue keeps the order and drops what is sent twice`() async throws {
        try await withClient { client in
            let url = try await Moto.createQueue(
                named: "ordered.fifo", attributes: ["FifoQueue": "true"])
            let entries = ["a", "b", "b", "c"].enumerated().map {
                SendEntry(
                    id: "e\($0.offset)", body: $0.element, groupID: "g",
                    deduplicationID: $0.element)
            }
            let sent = try await client.send(entries, to: url)
            #expect(sent.successful.count == 4)
            #expect(sent.successful["e0"]?.sequenceNumber != nil)
            let messages = try await receive(client, url, attemptID: "attempt-1")
            #expect(messages.map(\.body) == ["a", "b", "c"])
            #expect(messages.allSatisfy { $0.systemAttributes["MessageGroupId"] == "g" })
        }
    }
}
