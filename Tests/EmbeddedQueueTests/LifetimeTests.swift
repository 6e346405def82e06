import EmbeddedQueue
import SQS
import Testing

@Suite struct LifetimeTests {
    @Test func `a message's own delay goes before the queue's`() throws {
        var queue = try StoreHarness([.delay(.seconds(10))])
        try queue.send("queue's")
        try queue.send("own", delay: .seconds(20))
        try queue.send("none", delay: .zero)
        #expect(try queue.receive().bodies == ["none"])
        #expect(try queue.counts() == [0, 1, 2])
        queue.pass(.seconds(10))
        #expect(try queue.receive().bodies == ["queue's"])
        queue.pass(.seconds(10))
        #expect(try queue.receive().bodies == ["own"])
    }

    @Test func `a changed delay concerns held messages of FIFO queues only`() throws {
        var queue = StoreHarness(seed: 1)
        try queue.create("q", [.delay(.seconds(100))])
        try queue.create(
            "q.fifo", [.fifo(true), .contentBasedDeduplication(true), .delay(.seconds(100))])
        for name in ["q", "q.fifo"] {
            try queue.send("x", group: "g", to: name)
            try queue.ask(.changeSettings(of: name, [.delay(.seconds(10))]))
        }
        queue.pass(.seconds(10))
        #expect(try queue.receive().isEmpty)
        #expect(try queue.receive(from: "q.fifo").bodies == ["x"])
        queue.pass(.seconds(90))
        #expect(try queue.receive().bodies == ["x"])
    }

    @Test func `messages are forgotten after the retention period, in flight or not`() throws {
        var queue = try StoreHarness([.retention(.seconds(60))])
        try queue.send("held")
        let held = try #require(try queue.receive(visibility: .seconds(1_000)).first)
        try queue.send("waiting")
        try queue.send("delayed", delay: .seconds(900))
        queue.pass(.seconds(59))
        try queue.send("later")
        #expect(try queue.counts() == [2, 1, 1])
        queue.pass(.seconds(1))
        #expect(try queue.counts() == [1, 0, 0])
        #expect(try queue.receive().bodies == ["later"])
        try queue.delete(held)
        let events = queue.store.takeHistory(of: "q").filter { $0.kind == .expired }
        #expect(events.count == 3)
    }

    @Test func `a shorter retention period concerns the messages already held`() throws {
        var queue = try StoreHarness()
        try queue.send("old")
        queue.pass(.seconds(120))
        try queue.ask(.changeSettings(of: "q", [.retention(.seconds(60))]))
        #expect(try queue.receive().isEmpty)
    }

    @Test func `an expired head lets the rest of its group go`() throws {
        var queue = try StoreHarness(fifo: true, [.retention(.seconds(60))])
        try queue.send("a", group: "g", to: "q.fifo")
        queue.pass(.seconds(30))
        try queue.send("b", group: "g", to: "q.fifo")
        let head = try queue.receive(1, visibility: .seconds(900), from: "q.fifo")
        #expect(head.bodies == ["a"])
        #expect(try queue.receive(from: "q.fifo").isEmpty)
        queue.pass(.seconds(30))
        #expect(try queue.receive(from: "q.fifo").bodies == ["b"])
    }

    @Test func `times and counts of a message are told as SQS tells them`() throws {
        var queue = try StoreHarness()
        try queue.send("x")
        queue.pass(.seconds(1))
        let first = try #require(try queue.receive(visibility: .seconds(1)).first)
        queue.pass(.seconds(1))
        let second = try #require(try queue.receive().first)
        #expect(first.systemAttributes["SentTimestamp"] == "1000000000")
        for message in [first, second] {
            #expect(
                message.systemAttributes["ApproximateFirstReceiveTimestamp"] == "1000001000")
        }
        #expect(first.systemAttributes["ApproximateReceiveCount"] == "1")
        #expect(second.systemAttributes["ApproximateReceiveCount"] == "2")
        #expect(first.systemAttributes["SequenceNumber"] == nil)
    }

    @Test func `a purge takes everything, and what is sent after it stays`() throws {
        var queue = try StoreHarness(fifo: true)
        for number in 0..<5 { try queue.send("\(number)", group: "g", to: "q.fifo") }
        let held = try #require(try queue.receive(1, from: "q.fifo").first)
        try queue.ask(.purge("q.fifo"))
        #expect(try queue.counts("q.fifo") == [0, 0, 0])
        try queue.delete(held, from: "q.fifo")
        try queue.send("after", group: "g", to: "q.fifo")
        #expect(try queue.receive(from: "q.fifo").bodies == ["after"])
        try queue.ask(.purge("q.fifo"))
    }

    /// Recorded from Amazon SQS.
    @Test func `a purge forgets the deduplication ids`() throws {
        var queue = try StoreHarness(fifo: true)
        try queue.send("x", group: "g", to: "q.fifo")
        try queue.ask(.purge("q.fifo"))
        try queue.send("x", group: "g", to: "q.fifo")
        #expect(try queue.receive(from: "q.fifo").bodies == ["x"])
    }

    @Test func `a strict store purges a queue once a minute`() throws {
        var queue = StoreHarness(seed: 1, isStrict: true)
        try queue.create("q")
        try queue.ask(.purge("q"))
        queue.pass(.seconds(59))
        #expect(refusal { try queue.ask(.purge("q")) } == .purgeQueueInProgress)
        queue.pass(.seconds(1))
        try queue.ask(.purge("q"))
    }

    @Test func `a name is free at once when its queue is deleted`() throws {
        var queue = try StoreHarness()
        try queue.send("x")
        let held = try #require(try queue.receive().first)
        try queue.ask(.deleteQueue("q"))
        try queue.create("q")
        #expect(try queue.counts() == [0, 0, 0])
        #expect(refusal { try queue.delete(held) } == .receiptHandleIsInvalid)
    }

    @Test func `in a strict store a deleted queue keeps its name for a minute`() throws {
        var queue = StoreHarness(seed: 1, isStrict: true)
        try queue.create("q")
        try queue.send("x")
        let held = try #require(try queue.receive().first)
        try queue.ask(.deleteQueue("q"))
        #expect(refusal { _ = try queue.receive() } == .queueDoesNotExist)
        queue.pass(.seconds(59))
        #expect(refusal { try queue.create("q") } == .queueDeletedRecently)
        queue.pass(.seconds(1))
        try queue.create("q")
        #expect(try queue.counts() == [0, 0, 0])
        #expect(refusal { try queue.delete(held) } == .receiptHandleIsInvalid)
    }

    @Test func `time that goes back is taken to stand still`() throws {
        var queue = try StoreHarness()
        try queue.send("x", delay: .seconds(10))
        queue.pass(.seconds(10))
        #expect(try queue.receive().bodies == ["x"])
        queue.now = .seconds(1)
        try queue.send("y")
        let message = try #require(try queue.receive().first)
        #expect(message.content.sentAt == .seconds(1_000_010))
    }
}
