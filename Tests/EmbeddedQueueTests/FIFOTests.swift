import EmbeddedQueue
import SQS
import Testing

@Suite struct FIFOTests {
    private static let name = "q.fifo"

    /// A queue with the bodies sent, whose first letters are their groups.
    private static func harness(
        _ bodies: [String], _ settings: [QueueSetting] = []
    ) throws -> StoreHarness {
        var queue = try StoreHarness(fifo: true, settings)
        for body in bodies { try queue.send(body, group: String(body.prefix(1)), to: name) }
        return queue
    }

    @Test func `a receive takes a group in order, then the next group`() throws {
        var queue = try Self.harness(["a1", "b1", "a2", "b2", "a3"])
        #expect(try queue.receive(4, from: Self.name).bodies == ["a1", "a2", "a3", "b1"])
        #expect(try queue.receive(from: Self.name).isEmpty)
    }

    @Test func `a group gives nothing behind a message in flight`() throws {
        var queue = try Self.harness(["a1", "a2", "a3"])
        let taken = try queue.receive(2, from: Self.name)
        #expect(taken.bodies == ["a1", "a2"])
        try queue.delete(taken[0], from: Self.name)
        #expect(try queue.receive(from: Self.name).isEmpty)
        try queue.delete(taken[1], from: Self.name)
        #expect(try queue.receive(from: Self.name).bodies == ["a3"])
    }

    @Test(arguments: [[0, 1, 2], [2, 1, 0], [1, 0, 2]])
    func `released messages take their old places whatever the order of the releases`(
        order: [Int]
    ) throws {
        var queue = try Self.harness(["a1", "a2", "a3", "a4"])
        let taken = try queue.receive(3, from: Self.name)
        for index in order { try queue.change(taken[index], .zero, in: Self.name) }
        #expect(try queue.receive(from: Self.name).bodies == ["a1", "a2", "a3", "a4"])
    }

    /// Which of three messages in flight come back, and what a receive then gives. Recorded from
    /// Amazon SQS for one released of two, and for one extended of three.
    @Test(
        arguments: [
            ([0], ["a1"]), ([1], []), ([2], []), ([0, 1], ["a1", "a2"]), ([0, 2], ["a1"]),
            ([1, 2], []), ([0, 1, 2], ["a1", "a2", "a3", "a4"]),
        ] as [([Int], [String])])
    func `a group gives its messages up to the first in flight`(
        released: [Int], given: [String]
    ) throws {
        var queue = try Self.harness(["a1", "a2", "a3", "a4"])
        let taken = try queue.receive(3, from: Self.name)
        for index in released { try queue.change(taken[index], .zero, in: Self.name) }
        #expect(try queue.receive(from: Self.name).bodies == given)
    }

    @Test func `a message deleted between others lets the group go on`() throws {
        var queue = try Self.harness(["a1", "a2", "a3", "a4"])
        let taken = try queue.receive(2, from: Self.name)
        try queue.change(taken[0], .zero, in: Self.name)
        try queue.delete(taken[1], from: Self.name)
        #expect(try queue.receive(from: Self.name).bodies == ["a1", "a3", "a4"])
    }

    @Test func `what lapses first waits for what was received with it`() throws {
        var queue = try Self.harness(["a1", "a2"])
        let taken = try queue.receive(from: Self.name)
        try queue.change(taken[0], .seconds(100), in: Self.name)
        queue.pass(.seconds(30))
        #expect(try queue.counts(Self.name) == [1, 1, 0])
        #expect(try queue.receive(from: Self.name).isEmpty)
        queue.pass(.seconds(70))
        #expect(try queue.receive(from: Self.name).bodies == ["a1", "a2"])
    }

    @Test func `a delayed head holds its group back`() throws {
        var queue = try Self.harness(["a1"], [.delay(.seconds(60))])
        queue.pass(.seconds(30))
        try queue.send("a2", group: "a", to: Self.name)
        queue.pass(.seconds(30))
        #expect(try queue.receive(from: Self.name).bodies == ["a1"])
        queue.pass(.seconds(30))
        #expect(try queue.counts(Self.name) == [2, 0, 0])
    }

    @Test func `groups take turns`() throws {
        var queue = try Self.harness(["a1", "b1", "a2", "b2"])
        var seen: [String] = []
        for _ in 0..<4 {
            let message = try #require(try queue.receive(1, from: Self.name).first)
            seen.append(message.content.body)
            try queue.delete(message, from: Self.name)
        }
        #expect(seen == ["a1", "b1", "a2", "b2"])
    }

    @Test func `a duplicate within five minutes is answered like the first and not kept`() throws {
        var queue = try Self.harness([])
        let first = try queue.send("x", group: "a", id: "id", to: Self.name)
        #expect(try queue.send("y", group: "b", id: "id", to: Self.name) == first)
        let message = try #require(try queue.receive(from: Self.name).first)
        try queue.delete(message, from: Self.name)
        queue.pass(.seconds(299))
        #expect(try queue.send("x", group: "a", id: "id", to: Self.name) == first)
        #expect(try queue.counts(Self.name) == [0, 0, 0])
        queue.pass(.seconds(1))
        #expect(try queue.send("x", group: "a", id: "id", to: Self.name) != first)
        #expect(try queue.counts(Self.name) == [1, 0, 0])
    }

    @Test func `content makes the id where none is given`() throws {
        var queue = try Self.harness([])
        let first = try queue.send("x", group: "a", to: Self.name)
        #expect(try queue.send("x", group: "b", to: Self.name) == first)
        #expect(try queue.send("y", group: "b", to: Self.name) != first)
        #expect(try queue.send("x", group: "b", id: "given", to: Self.name) != first)
    }

    @Test func `ids may be scoped to their groups`() throws {
        var queue = try Self.harness([], [.deduplicationScope(.messageGroup)])
        let first = try queue.send("x", group: "a", to: Self.name)
        #expect(try queue.send("x", group: "b", to: Self.name) != first)
        #expect(try queue.send("x", group: "a", to: Self.name) == first)
    }

    @Test func `sequence numbers have twenty digits and grow`() throws {
        var queue = try Self.harness([])
        let numbers = try (0..<50).map { number in
            try #require(
                try queue.send("\(number)", group: "a", to: Self.name).sequenceNumber)
        }
        #expect(numbers == numbers.sorted())
        #expect(Set(numbers).count == 50)
        #expect(numbers.allSatisfy { $0.count == 20 })
    }

    @Test(
        arguments: [
            (nil, "id", nil, .missingParameter), ("g", nil, nil, .invalidParameterValue),
            ("g", "id", .seconds(1), .invalidParameterValue), ("g", "id", .zero, nil),
        ] as [(String?, String?, Duration?, SQSErrorCode?)])
    func `a FIFO queue without content-based deduplication needs both ids and no delay`(
        group: String?, id: String?, delay: Duration?, code: SQSErrorCode?
    ) throws {
        var queue = StoreHarness(seed: 1)
        try queue.create(Self.name, [.fifo(true)])
        #expect(
            refusal { try queue.send("x", group: group, id: id, delay: delay, to: Self.name) }
                == code)
    }

    @Test func `a batch without its ids is refused whole`() throws {
        var queue = try Self.harness([])
        let entries = [
            NewMessage(SendEntry(id: "1", body: "x", groupID: "a")),
            NewMessage(SendEntry(id: "2", body: "y")),
        ]
        #expect(
            refusal { try queue.ask(.sendBatch(entries, to: Self.name)) } == .invalidParameterValue)
        #expect(try queue.counts(Self.name) == [0, 0, 0])
    }
}
