import EmbeddedQueue
import SQS
import Testing

@Suite struct MessageMoveTests {
    private static func arn(_ name: String) -> String {
        "arn:aws:sqs:us-east-1:000000000000:\(name)"
    }

    /// A queue, another, and the dead-letter queue of both with the first's messages in it.
    private struct Scene {
        var queue = StoreHarness(seed: 1)
        let suffix: String

        init(fifo: Bool = false, messages: Int = 0) throws {
            suffix = fifo ? ".fifo" : ""
            let kind: [QueueSetting] = fifo ? [.fifo(true), .contentBasedDeduplication(true)] : []
            try queue.create("dead" + suffix, kind)
            let policy = RedrivePolicy(
                deadLetterTargetARN: arn("dead" + suffix), maxReceiveCount: 1)
            for name in ["q", "other"] {
                try queue.create(name + suffix, kind + [.redrive(policy)])
            }
            try queue.create("elsewhere" + suffix, kind)
            for number in 0..<messages { try bury("\(number)") }
        }

        /// Sends a message and has it received once too often.
        mutating func bury(_ body: String, group: String = "g", from name: String = "q") throws {
            let name = name + suffix
            try queue.send(body, group: suffix.isEmpty ? nil : group, to: name)
            #expect(try queue.receive(visibility: .zero, from: name).bodies == [body])
            #expect(try queue.receive(from: name).isEmpty)
        }

        @discardableResult
        mutating func start(to destination: String? = nil, rate: Int? = nil) throws -> MessageMove {
            let answer = try queue.ask(
                .startMove(
                    from: arn("dead" + suffix), to: destination.map { arn($0 + suffix) },
                    rate: rate))
            guard case .moveStarted(let task) = answer else { throw UnexpectedAnswer(answer) }
            return task
        }

        mutating func tasks(_ maximum: Int? = nil) throws -> [MessageMove] {
            let answer = try queue.ask(
                .listMoves(from: arn("dead" + suffix), maximum: maximum))
            guard case .moves(let tasks) = answer else { throw UnexpectedAnswer(answer) }
            return tasks
        }

        mutating func cancel(_ id: String) throws -> Int {
            let answer = try queue.ask(.cancelMove(id: id, from: arn("dead" + suffix)))
            guard case .moveCancelled(let moved) = answer else { throw UnexpectedAnswer(answer) }
            return moved
        }
    }

    @Test func `each message goes back to the queue that it came from`() throws {
        var scene = try Scene()
        try scene.bury("mine")
        try scene.bury("theirs", from: "other")
        try scene.start()
        let task = try #require(try scene.tasks().first)
        #expect(task.status == .completed)
        #expect(task.moved == 2)
        #expect(task.toMove == 2)
        #expect(try scene.queue.receive().bodies == ["mine"])
        #expect(try scene.queue.receive(from: "other").bodies == ["theirs"])
        #expect(try scene.queue.counts("dead") == [0, 0, 0])
    }

    @Test func `with a destination all go there, also what nobody's queue gave`() throws {
        var scene = try Scene(messages: 2)
        try scene.queue.send("by hand", to: "dead")
        try scene.start(to: "elsewhere")
        #expect(try scene.tasks().first?.moved == 3)
        #expect(try scene.queue.receive(from: "elsewhere").bodies == ["0", "1", "by hand"])
    }

    @Test func `a moved message is a new one`() throws {
        var scene = try Scene(messages: 1)
        scene.queue.pass(.seconds(100))
        let dead = try #require(try scene.queue.receive(visibility: .zero, from: "dead").first)
        try scene.start()
        let back = try #require(try scene.queue.receive().first)
        #expect(back.content.id != dead.content.id)
        #expect(back.receiveCount == 1)
        #expect(back.deadLetterSourceARN == nil)
        #expect(back.systemAttributes["SentTimestamp"] == "1000100000")
    }

    @Test func `a rate spreads the messages over time, and the last ends the task`() throws {
        var scene = try Scene(messages: 4)
        try scene.start(to: "elsewhere", rate: 2)
        var seen: [Int] = []
        for _ in 0..<4 {
            seen.append(try scene.tasks()[0].moved)
            #expect(try scene.queue.counts("elsewhere")[0] == seen.last)
            scene.queue.pass(.milliseconds(500))
        }
        #expect(seen == [1, 2, 3, 4])
        #expect(try scene.tasks()[0].status == .completed)
        #expect(scene.queue.store.nextWakeUp() == nil)
    }

    @Test func `a clock that jumps moves what is due, and no more`() throws {
        var scene = try Scene(messages: 10)
        try scene.start(to: "elsewhere", rate: 3)
        scene.queue.now = scene.queue.now + .milliseconds(1_700)
        #expect(try scene.tasks()[0].moved == 6)
    }

    @Test func `who waits at the destination gets a message when it is moved`() throws {
        var scene = try Scene(messages: 2)
        try scene.start(to: "elsewhere", rate: 1)
        _ = try scene.queue.receive(from: "elsewhere")
        let waiter = try scene.queue.poll(from: "elsewhere")
        #expect(scene.queue.pass(.milliseconds(999)).isEmpty)
        let deliveries = scene.queue.pass(.milliseconds(1))
        #expect(try bodies(deliveries.first { $0.caller == waiter }) == ["1"])
    }

    @Test func `without a rate a long queue is moved in steps, others being served between`() throws
    {
        var scene = try Scene()
        for number in 0..<2_500 { try scene.queue.send("\(number)", to: "dead") }
        try scene.start(to: "elsewhere")
        #expect(try scene.tasks()[0].moved == 1_000)
        scene.queue.pass(.milliseconds(20))
        #expect(try scene.tasks()[0].status == .completed)
        #expect(try scene.queue.counts("elsewhere") == [2_500, 0, 0])
    }

    @Test(arguments: [nil, 500])
    func `after a long pause it catches up in steps, others being served between`(
        rate: Int?
    ) throws {
        var scene = try Scene()
        for number in 0..<2_500 { try scene.queue.send("\(number)", to: "dead") }
        try scene.start(to: "elsewhere", rate: rate)
        let first = try scene.tasks()[0].moved
        scene.queue.now = scene.queue.now + .seconds(60)
        for _ in 0..<3 { #expect(try scene.tasks()[0].moved <= first + 1_000) }
        let next = scene.queue.store.nextWakeUp()
        #expect(try #require(next) > scene.queue.now)
        scene.queue.pass(.milliseconds(50))
        #expect(try scene.tasks()[0].status == .completed)
    }

    @Test func `what fails again at once is not moved for ever`() throws {
        var scene = try Scene(messages: 2)
        try scene.start(rate: 1)
        #expect(try scene.queue.receive(visibility: .zero).count == 1)
        #expect(try scene.queue.receive().isEmpty)
        #expect(try scene.queue.counts("dead") == [2, 0, 0])
        scene.queue.pass(.seconds(10))
        #expect(try scene.tasks()[0].status == .completed)
        #expect(try scene.tasks()[0].moved == 2)
        #expect(try scene.queue.counts("dead") == [1, 0, 0])
    }

    @Test func `messages in flight stay, and those purged meanwhile are not waited for`() throws {
        var scene = try Scene(messages: 3)
        #expect(try scene.queue.receive(1, from: "dead").count == 1)
        try scene.start(to: "elsewhere", rate: 1)
        #expect(try scene.tasks()[0].toMove == 2)
        try scene.queue.ask(.purge("dead"))
        scene.queue.pass(.seconds(1))
        #expect(try scene.tasks()[0].status == .completed)
        #expect(try scene.tasks()[0].moved == 1)
    }

    @Test func `a cancelled task leaves the rest where it is`() throws {
        var scene = try Scene(messages: 5)
        let task = try scene.start(to: "elsewhere", rate: 1)
        scene.queue.pass(.seconds(1))
        #expect(try scene.cancel(task.id) == 2)
        scene.queue.pass(.seconds(10))
        #expect(try scene.tasks()[0].status == .cancelled)
        #expect(try scene.queue.counts("dead") == [3, 0, 0])
        #expect(refusal { _ = try scene.cancel(task.id) } == .invalidParameterValue)
    }

    @Test func `a destination that is deleted, and a source that is not known, fail the task`()
        throws
    {
        var scene = try Scene(messages: 3)
        try scene.start(to: "elsewhere", rate: 1)
        try scene.queue.ask(.deleteQueue("elsewhere"))
        scene.queue.pass(.seconds(1))
        #expect(
            try scene.tasks()[0].status
                == .failed(reason: "AWS.SimpleQueueService.NonExistentQueue"))
        #expect(try scene.queue.counts("dead") == [2, 0, 0])

        var direct = try Scene()
        try direct.queue.send("by hand", to: "dead")
        try direct.start()
        #expect(try direct.tasks()[0].status == .failed(reason: "CouldNotDetermineMessageSource"))
        #expect(try direct.queue.receive(from: "dead").bodies == ["by hand"])
    }

    @Test func `a FIFO queue gets its groups back in their order, whatever was sent before`() throws
    {
        var scene = try Scene(fifo: true)
        for body in ["a1", "a2", "b1"] { try scene.bury(body, group: String(body.prefix(1))) }
        try scene.start()
        #expect(try scene.tasks()[0].moved == 3)
        let back = try scene.queue.receive(from: "q.fifo")
        #expect(back.bodies == ["a1", "a2", "b1"])
        #expect(back[0].content.groupID == "a")
        #expect(try scene.queue.counts("dead.fifo") == [0, 0, 0])
    }

    @Test func `a group whose first message is in flight stays`() throws {
        var scene = try Scene(fifo: true)
        for body in ["a1", "a2", "b1"] { try scene.bury(body, group: String(body.prefix(1))) }
        #expect(try scene.queue.receive(1, from: "dead.fifo").bodies == ["a1"])
        try scene.start()
        #expect(try scene.queue.receive(from: "q.fifo").bodies == ["b1"])
        #expect(try scene.tasks()[0].status == .completed)
    }

    @Test func `ten tasks are remembered, the latest first, and one is told of unasked`() throws {
        var scene = try Scene()
        let ids = try (0..<12).map { _ in try scene.start().id }
        #expect(try scene.tasks().map(\.id) == [ids[11]])
        #expect(try scene.tasks(10).map(\.id) == Array(ids.reversed().prefix(10)))
        #expect(refusal { _ = try scene.tasks(11) } == .invalidParameterValue)
        #expect(refusal { _ = try scene.tasks(0) } == .invalidParameterValue)
    }

    @Test func `a task is refused that could not be right`() throws {
        var scene = try Scene(messages: 2)
        try scene.queue.create("r.fifo", [.fifo(true)])
        func refused(_ source: String, _ destination: String?, _ rate: Int? = nil) -> SQSErrorCode?
        {
            refusal {
                try scene.queue.ask(
                    .startMove(
                        from: Self.arn(source), to: destination.map(Self.arn), rate: rate))
            }
        }
        #expect(refused("none", nil) == .resourceNotFound)
        #expect(refused("dead", "none") == .resourceNotFound)
        #expect(refused("q", "elsewhere") == .invalidParameterValue)
        #expect(refused("dead", "dead") == .invalidParameterValue)
        #expect(refused("dead", "r.fifo") == .invalidParameterValue)
        #expect(refused("dead", nil, 0) == .invalidParameterValue)
        #expect(refused("dead", nil, 501) == .invalidParameterValue)
        try scene.start(rate: 1)
        #expect(refused("dead", nil) == .invalidParameterValue)
        #expect(refusal { _ = try scene.cancel("other") } == .resourceNotFound)
    }

    @Test func `a deleted queue takes its tasks with it`() throws {
        var scene = try Scene(messages: 2)
        try scene.start(to: "elsewhere", rate: 1)
        try scene.queue.ask(.deleteQueue("dead"))
        scene.queue.pass(.seconds(5))
        #expect(scene.queue.store.nextWakeUp() == nil)
        #expect(refusal { _ = try scene.tasks() } == .resourceNotFound)
    }
}
