import EmbeddedQueue
import SQS
import Testing

@Suite struct ReceiveAttemptTests {
    private static let name = "q.fifo"

    private static func harness() throws -> StoreHarness {
        var queue = try StoreHarness(fifo: true)
        for body in ["a1", "a2", "a3"] { try queue.send(body, group: "a", to: name) }
        return queue
    }

    @Test func `a lost answer is repeated with the same handles and its time starts anew`() throws {
        var queue = try Self.harness()
        let first = try queue.receive(2, attempt: "one", from: Self.name)
        queue.pass(.seconds(20))
        let again = try queue.receive(2, attempt: "one", from: Self.name)
        #expect(again.bodies == ["a1", "a2"])
        #expect(again.map(\.receiptHandle) == first.map(\.receiptHandle))
        #expect(again.map(\.receiveCount) == [1, 1])
        queue.pass(.seconds(29))
        #expect(try queue.counts(Self.name) == [1, 2, 0])
        for message in first { try queue.delete(message, from: Self.name) }
        #expect(try queue.counts(Self.name) == [1, 0, 0])
    }

    @Test func `another attempt id gets nothing of a locked group`() throws {
        var queue = try Self.harness()
        _ = try queue.receive(1, attempt: "one", from: Self.name)
        #expect(try queue.receive(attempt: "two", from: Self.name).isEmpty)
    }

    enum Change: CaseIterable { case delete, extend, release, lapse }

    @Test(arguments: Change.allCases)
    func `an attempt whose messages have changed is a receive like any other`(
        change: Change
    ) throws {
        var queue = try Self.harness()
        let first = try queue.receive(2, attempt: "one", from: Self.name)
        switch change {
        case .delete: try queue.delete(first[0], from: Self.name)
        case .extend: try queue.change(first[0], .seconds(60), in: Self.name)
        case .release: for message in first { try queue.change(message, .zero, in: Self.name) }
        case .lapse: queue.pass(.seconds(30))
        }
        let again = try queue.receive(2, attempt: "one", from: Self.name)
        switch change {
        case .delete, .extend: #expect(again.isEmpty)
        case .release, .lapse:
            #expect(again.bodies == ["a1", "a2"])
            #expect(again.map(\.receiptHandle) != first.map(\.receiptHandle))
            #expect(again.map(\.receiveCount) == [2, 2])
        }
    }

    @Test func `an attempt is remembered for five minutes`() throws {
        var queue = try Self.harness()
        _ = try queue.receive(1, visibility: .seconds(1_000), attempt: "one", from: Self.name)
        queue.pass(.seconds(299))
        #expect(
            try queue.receive(1, visibility: .seconds(1_000), attempt: "one", from: Self.name)
                .bodies == ["a1"])
        queue.pass(.seconds(1))
        #expect(try queue.receive(1, attempt: "one", from: Self.name).isEmpty)
    }

    @Test func `a repeated long poll takes the place of the one whose client is lost`() throws {
        var queue = try StoreHarness(fifo: true)
        let lost = try queue.poll(attempt: "one", from: Self.name)
        let receive = StoreReceive(waitTime: .seconds(20), attemptID: "one")
        let (again, deliveries) = queue.deliveries(.receive(receive, from: Self.name))
        #expect(deliveries.map(\.caller) == [lost])
        #expect(try bodies(deliveries.first) == [])
        let entry = SendEntry(id: "", body: "x", groupID: "a")
        let (_, answers) = queue.deliveries(.send(NewMessage(entry), to: Self.name))
        #expect(try bodies(answers.first { $0.caller == again }) == ["x"])
        #expect(!answers.contains { $0.caller == lost })
    }

    @Test func `the answer to a long poll can be repeated, too`() throws {
        var queue = try StoreHarness(fifo: true)
        _ = try queue.poll(attempt: "one", from: Self.name)
        try queue.send("x", group: "a", to: Self.name)
        #expect(try queue.receive(attempt: "one", from: Self.name).bodies == ["x"])
        #expect(try queue.receive(attempt: "two", from: Self.name).isEmpty)
    }

    @Test func `a standard queue takes no attempt id`() throws {
        var queue = try StoreHarness()
        #expect(refusal { _ = try queue.receive(attempt: "one") } == .invalidParameterValue)
    }
}
