import HTTP
import HTTPTransport
import SQS
import Testing

@Suite(.moto, .timeLimit(.minutes(2)))
struct MotoTests {
    private func withClient(_ body: (SQSClient) async throws -> Void) async throws {
        let transport = AsyncHTTPTransport()
        let journal = Journal()
        let client = SQSClient(
            transport: transport, endpoint: .configured(Moto.url),
            sign: { (request) throws(SQSError) in
                var request = request
                // moto reads the region from it and checks nothing.
                request.headers["Authorization"] =
                    "AWS4-HMAC-SHA256 Credential=id/20260101/eu-west-1/sqs/aws4_request, "
                    + "SignedHeaders=host, Signature=0"
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
    ) async throws -> [ReceivedMessage] {
        try await client.receive(
            ReceiveRequest(
                queueURL: url, maximumMessages: 10, waitTime: .zero, attemptID: attemptID))
    }

    @Test func `a queue is created, found, listed, changed and purged`() async throws {
        try await withClient { client in
            let url = try await client.createQueue(
                named: "admin", attributes: ["VisibilityTimeout": "7"])
            let found = try await client.queueURL(named: "admin", ownerAccountID: nil)
            let listed = try await client.queueURLs(prefix: "adm")
            #expect(found == url)
            #expect(listed == [url])
            var attributes = try await client.attributes(["VisibilityTimeout"], of: url)
            #expect(attributes == ["VisibilityTimeout": "7"])
            try await client.setAttributes(["VisibilityTimeout": "9"], of: url)
            attributes = try await client.attributes(["All"], of: url)
            #expect(attributes["VisibilityTimeout"] == "9")
            _ = try await client.send(SendEntry(id: "1", body: "b"), to: url)
            try await client.purge(url)
            let left = try await receive(client, url)
            #expect(left.isEmpty)
        }
    }

    @Test func `what is sent is received, byte for byte and attribute for attribute`()
        async throws
    {
        let attributes = [
            "s": MessageAttributeValue(dataType: "String", value: .text("é\"\\\n")),
            "n": MessageAttributeValue(dataType: "Number.int", value: .text("12")),
            "b": MessageAttributeValue(dataType: "Binary", value: .binary([0, 255, 10])),
        ]
        let bodies = [
            "plain", "\t\n\r \"quoted\" \\", "😀 é €\u{10FFFF}",
            String(repeating: "0123456789abcdef", count: 1 << 15),
        ]
        try await withClient { client in
            let url = try await client.createQueue(named: "bodies", attributes: [:])
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
            let url = try await client.createQueue(named: "leases", attributes: [:])
            let sent = try await client.send(SendEntry(id: "1", body: "b"), to: url)
            let first = try #require(try await receive(client, url).first)
            #expect(first.id == sent.id)
            let hidden = try await receive(client, url)
            #expect(hidden.isEmpty)

            let released = try await client.changeVisibility(
                [VisibilityEntry(id: "v", receiptHandle: first.receiptHandle, timeout: .zero)],
                in: url)
            #expect(Array(released.successful.keys) == ["v"])
            let second = try #require(try await receive(client, url).first)
            #expect(second.systemAttributes["ApproximateReceiveCount"] == "2")

            try await client.changeVisibility(
                receiptHandle: second.receiptHandle, in: url, to: .seconds(0))
            let third = try #require(try await receive(client, url).first)
            try await client.delete(receiptHandle: third.receiptHandle, from: url)
            let attributes = try await client.attributes(["All"], of: url)
            #expect(attributes["ApproximateNumberOfMessages"] == "0")
            #expect(attributes["ApproximateNumberOfMessagesNotVisible"] == "0")
        }
    }

    @Test func `entries of a batch fail by themselves`() async throws {
        try await withClient { client in
            let url = try await client.createQueue(named: "partial", attributes: [:])
            _ = try await client.send(SendEntry(id: "1", body: "b"), to: url)
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
            let url = try await client.createQueue(named: "wrong", attributes: [:])
            let error = await #expect(throws: SQSError.self) {
                _ = try await client.receive(
                    ReceiveRequest(queueURL: url, maximumMessages: 11, waitTime: .zero))
            }
            #expect(error?.kind == .malformed)
        }
    }

    @Test func `a FIFO queue keeps the order and drops what is sent twice`() async throws {
        try await withClient { client in
            let url = try await client.createQueue(
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
