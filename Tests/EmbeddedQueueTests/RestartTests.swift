import EmbeddedQueue
import SQS
import Testing

/// What goes on over a restart, as time does.
@Suite struct RestartTests {
    private static func kept(_ name: String, _ settings: [QueueSetting] = []) throws -> KeptStores {
        var kept = try KeptStores(seed: 1)
        kept.ask(.createQueue(name: name, settings: settings))
        return kept
    }

    private static func keptFIFO() throws -> KeptStores { try kept("q.fifo", [.fifo(true)]) }

    /// The id of a message with that deduplication id.
    private static func send(_ id: String, to kept: inout KeptStores) throws -> String {
        let entry = SendEntry(id: "", body: "x", groupID: id, deduplicationID: id)
        guard case .sent(let sent)? = kept.ask(.send(NewMessage(entry), to: "q.fifo")) else {
            throw Unexpected()
        }
        return sent.id
    }

    private static func receive(
        _ attempt: String, from kept: inout KeptStores
    ) throws -> [DeliveredMessage] {
        let receive = StoreReceive(
            waitTime: .zero, visibilityTimeout: .seconds(600), attemptID: attempt)
        guard case .received(let messages)? = kept.ask(.receive(receive, from: "q.fifo")) else {
            throw Unexpected()
        }
        return messages
    }

    private static func restart(_ kept: inout KeptStores, after change: Duration = .zero) throws {
        try kept.write()
        kept.now = kept.now + change
        try kept.restart()
    }

    @Test func `a deduplication id is forgotten in its time though the clock was set back`() throws
    {
        var kept = try Self.keptFIFO()
        _ = try Self.send("old", to: &kept)
        try Self.restart(&kept, after: .seconds(-3_600))
        let first = try Self.send("new", to: &kept)
        kept.now = kept.now + .seconds(299)
        #expect(try Self.send("new", to: &kept) == first)
        kept.now = kept.now + .seconds(1)
        #expect(try Self.send("new", to: &kept) != first)
    }

    @Test func `a receive is not repeated after its time though the clock was set back`() throws {
        var kept = try Self.keptFIFO()
        _ = try Self.send("1", to: &kept)
        _ = try Self.receive("old", from: &kept)
        try Self.restart(&kept, after: .seconds(-3_600))
        for id in ["2", "3"] { _ = try Self.send(id, to: &kept) }
        let first = try Self.receive("new", from: &kept)
        kept.now = kept.now + .seconds(299)
        #expect(try Self.receive("new", from: &kept).bodies == first.bodies)
        kept.now = kept.now + .seconds(1)
        let second = try Self.receive("new", from: &kept)
        #expect(first.count == 1)
        #expect(second.map(\.content.id) != first.map(\.content.id))
    }

    @Test func `a queue of the same name does not remember what the one before it knew`() throws {
        var kept = try Self.keptFIFO()
        let first = try Self.send("a", to: &kept)
        try Self.restart(&kept)
        kept.ask(.deleteQueue("q.fifo"))
        kept.ask(.createQueue(name: "q.fifo", settings: [.fifo(true)]))
        try Self.restart(&kept)
        #expect(try Self.send("a", to: &kept) != first)
    }

    @Test func `a purge is remembered, and so is that it forgot the ids`() throws {
        var kept = try KeptStores(seed: 1, isStrict: true)
        kept.ask(.createQueue(name: "q.fifo", settings: [.fifo(true)]))
        let first = try Self.send("a", to: &kept)
        try Self.restart(&kept)
        #expect(kept.ask(.purge("q.fifo")) != nil)
        try Self.restart(&kept)
        #expect(kept.ask(.purge("q.fifo")) == nil)
        #expect(try Self.send("a", to: &kept) != first)
        kept.now = kept.now + .seconds(60)
        #expect(kept.ask(.purge("q.fifo")) != nil)
    }

    private static func arn(_ name: String) -> String {
        "arn:aws:sqs:\(KeptStores.home):000000000000:\(name)"
    }

    private static func moved(_ kept: inout KeptStores) throws -> Int {
        guard case .moves(let tasks)? = kept.ask(.listMoves(from: arn("dead"), maximum: 1)) else {
            throw Unexpected()
        }
        return try #require(tasks.first).moved
    }

    @Test func `a move task goes on at its rate, and does not make up for the time between`() throws
    {
        var kept = try Self.kept("dead")
        let policy = RedrivePolicy(deadLetterTargetARN: Self.arn("dead"), maxReceiveCount: 1)
        kept.ask(.createQueue(name: "q", settings: [.redrive(policy)]))
        for _ in 0..<9 { kept.ask(.send(NewMessage(SendEntry(id: "", body: "x")), to: "dead")) }
        kept.ask(.startMove(from: Self.arn("dead"), to: Self.arn("q"), rate: 2))
        kept.now = kept.now + .milliseconds(500)
        #expect(try Self.moved(&kept) == 2)
        try Self.restart(&kept, after: .seconds(3_600))
        #expect(try Self.moved(&kept) == 2)
        kept.now = kept.now + .seconds(1)
        #expect(try Self.moved(&kept) == 4)
        #expect(kept.regions.stores[KeptStores.home]?.view(of: "q")?.messages.count == 4)
    }

    private struct Unexpected: Error {}
}
