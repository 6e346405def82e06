import EmbeddedQueue
import SQS
import Testing

@Suite struct RedriveTests {
    private static func arn(_ name: String) -> String {
        "arn:aws:sqs:us-east-1:000000000000:\(name)"
    }

    /// A queue and its dead-letter queue, `dead` or `dead.fifo`.
    private static func harness(fifo: Bool, maximum: Int = 2) throws -> StoreHarness {
        var queue = StoreHarness(seed: 1)
        let suffix = fifo ? ".fifo" : ""
        let kind: [QueueSetting] = fifo ? [.fifo(true), .contentBasedDeduplication(true)] : []
        try queue.create("dead" + suffix, kind + [.retention(.seconds(1_000))])
        let policy = RedrivePolicy(
            deadLetterTargetARN: arn("dead" + suffix), maxReceiveCount: maximum)
        try queue.create(
            "q" + suffix, kind + [.redrive(policy), .visibilityTimeout(.seconds(10))])
        return queue
    }

    @Test func `a message received too often moves with all that is known of it`() throws {
        var queue = try Self.harness(fifo: false)
        let sent = try queue.send("poison")
        for _ in 0..<2 {
            #expect(try queue.receive().bodies == ["poison"])
            queue.pass(.seconds(10))
        }
        #expect(try queue.counts() == [1, 0, 0])
        #expect(try queue.receive().isEmpty)
        #expect(try queue.counts() == [0, 0, 0])
        let dead = try #require(try queue.receive(from: "dead").first)
        #expect(dead.content.id == sent.id)
        #expect(dead.deadLetterSourceARN == Self.arn("q"))
        #expect(dead.systemAttributes["DeadLetterQueueSourceArn"] == Self.arn("q"))
        #expect(dead.systemAttributes["SentTimestamp"] == "1000000000")
        #expect(dead.systemAttributes["ApproximateFirstReceiveTimestamp"] == "1000000000")
        #expect(dead.receiveCount == 3)
    }

    @Test func `in a FIFO dead-letter queue a message's id is its deduplication id`() throws {
        var queue = try Self.harness(fifo: true, maximum: 1)
        let sent = try queue.send("poison", group: "g", id: "1", to: "q.fifo")
        #expect(try queue.receive(from: "q.fifo").first?.content.deduplicationID == "1")
        queue.pass(.seconds(10))
        #expect(try queue.receive(from: "q.fifo").isEmpty)
        let dead = try #require(try queue.receive(from: "dead.fifo").first)
        #expect(dead.content.deduplicationID == sent.id)
        #expect(dead.systemAttributes["MessageDeduplicationId"] == sent.id)
    }

    @Test func `a receive passes over dead messages to the next living one`() throws {
        var queue = try Self.harness(fifo: false, maximum: 1)
        for number in 0..<3 { try queue.send("\(number)") }
        _ = try queue.receive()
        queue.pass(.seconds(10))
        try queue.send("alive")
        #expect(try queue.receive(1).bodies == ["alive"])
        #expect(try queue.receive(from: "dead").bodies == ["0", "1", "2"])
    }

    @Test func `a move answers who waits at the dead-letter queue`() throws {
        var queue = try Self.harness(fifo: false, maximum: 1)
        try queue.send("poison")
        _ = try queue.receive()
        let watcher = try queue.poll(from: "dead")
        queue.pass(.seconds(10))
        let receive = StoreReceive(waitTime: .zero)
        let (_, deliveries) = queue.deliveries(.receive(receive, from: "q"))
        #expect(try bodies(deliveries.first { $0.caller == watcher }) == ["poison"])
    }

    @Test func `the dead head of a group lets the next message of the group go`() throws {
        var queue = try Self.harness(fifo: true, maximum: 1)
        try queue.send("first", group: "g", to: "q.fifo")
        try queue.send("second", group: "g", to: "q.fifo")
        #expect(try queue.receive(1, from: "q.fifo").bodies == ["first"])
        queue.pass(.seconds(10))
        #expect(try queue.receive(1, from: "q.fifo").bodies == ["second"])
        let dead = try #require(try queue.receive(from: "dead.fifo").first)
        #expect(dead.content.body == "first")
        #expect(dead.content.groupID == "g")
    }

    @Test(arguments: [(false, 0), (true, 1)])
    func
        `retention in a dead-letter queue counts from the sending, in FIFO queues from the move`(
            fifo: Bool, left: Int
        ) throws
    {
        var queue = try Self.harness(fifo: fifo, maximum: 1)
        let (name, dead) = fifo ? ("q.fifo", "dead.fifo") : ("q", "dead")
        try queue.send("x", group: "g", to: name)
        _ = try queue.receive(visibility: .seconds(900), from: name)
        queue.pass(.seconds(900))
        _ = try queue.receive(from: name)
        #expect(try queue.counts(dead) == [1, 0, 0])
        queue.pass(.seconds(100))
        #expect(try queue.counts(dead) == [left, 0, 0])
    }

    @Test func `without its dead-letter queue a queue keeps delivering`() throws {
        var queue = try Self.harness(fifo: false, maximum: 1)
        try queue.send("x")
        try queue.ask(.deleteQueue("dead"))
        for _ in 0..<5 {
            #expect(try queue.receive().bodies == ["x"])
            queue.pass(.seconds(10))
        }
    }

    @Test func `a chain of dead-letter queues counts receives queue by queue`() throws {
        var queue = StoreHarness(seed: 1)
        try queue.create("c")
        for (name, next) in [("b", "c"), ("a", "b")] {
            let policy = RedrivePolicy(deadLetterTargetARN: Self.arn(next), maxReceiveCount: 2)
            try queue.create(name, [.redrive(policy)])
        }
        try queue.send("x", to: "a")
        for name in ["a", "b"] {
            for _ in 0..<2 {
                #expect(try queue.receive(visibility: .zero, from: name).bodies == ["x"])
            }
            #expect(try queue.receive(from: name).isEmpty)
        }
        let dead = try #require(try queue.receive(from: "c").first)
        #expect(dead.receiveCount == 5)
        #expect(dead.deadLetterSourceARN == Self.arn("b"))
    }

    @Test func `the sources of a dead-letter queue are known`() throws {
        var queue = try Self.harness(fifo: false)
        let answer = try queue.ask(.listDeadLetterSources(of: "dead", page: PageRequest()))
        guard case .queues(let page) = answer else { throw UnexpectedAnswer(answer) }
        #expect(page.names == ["q"])
    }

    @Test(arguments: [
        (RedrivePolicy(deadLetterTargetARN: arn("none"), maxReceiveCount: 3), "does not exist"),
        (RedrivePolicy(deadLetterTargetARN: arn("d.fifo"), maxReceiveCount: 3), "same type"),
        (RedrivePolicy(deadLetterTargetARN: arn("d"), maxReceiveCount: 0), "maxReceiveCount"),
        (RedrivePolicy(deadLetterTargetARN: arn("d"), maxReceiveCount: 1_001), "maxReceiveCount"),
        (RedrivePolicy(deadLetterTargetARN: arn("closed"), maxReceiveCount: 3), "not allow"),
        (RedrivePolicy(deadLetterTargetARN: arn("picky"), maxReceiveCount: 3), "not allow"),
    ])
    func `a redrive policy that cannot work is refused`(
        policy: RedrivePolicy, reason: String
    ) throws {
        var queue = StoreHarness(seed: 1)
        try queue.create("d")
        try queue.create("d.fifo", [.fifo(true)])
        func allow(_ permission: RedriveAllowPolicy.Permission) -> QueueSetting {
            .redriveAllow(RedriveAllowPolicy(permission: permission, document: ""))
        }
        try queue.create("closed", [allow(.denyAll)])
        try queue.create("picky", [allow(.byQueue(sourceARNs: [Self.arn("other")]))])
        do {
            try queue.create("q", [.redrive(policy)])
            Issue.record("it was taken")
        } catch let error as StoreError {
            #expect(error.code == .invalidParameterValue)
            #expect(error.message.contains(reason))
        }
        var picky = policy
        picky.deadLetterTargetARN = Self.arn("picky")
        picky.maxReceiveCount = 3
        try queue.create("other", [.redrive(picky)])
    }
}
