import EmbeddedQueue
import Testing

@Suite(.timeLimit(.minutes(1))) struct ServerTests {
    private static let url = "http://queue.test:1234/000000000000/q"

    private static func receive(_ wait: Int) -> String {
        #"{"QueueUrl":"\#(url)","WaitTimeSeconds":\#(wait)}"#
    }

    private static let send = #"{"QueueUrl":"\#(url)","MessageBody":"hello"}"#

    @Test func `queues named at the start exist, under the host that the client knows`()
        async throws
    {
        try await withServer(queues: ["q", "r.fifo"]) { _, port in
            #expect(port > 0)
            try await TestClient.connect(to: port) { client in
                let answer = try await client.ask("ListQueues", "{}")
                #expect(answer.status == 200)
                #expect(
                    answer.body == #"{"QueueUrls":["\#(Self.url)","#
                        + #""http://queue.test:1234/000000000000/r.fifo"]}"#)
                #expect(answer.headers["content-type"] == "application/x-amz-json-1.0")
                #expect(answer.headers["x-amzn-requestid"]?.count == 36)
                #expect(answer.headers["date"]?.hasSuffix(" GMT") == true)
            }
        }
    }

    @Test func `an error has its type, its older code and its status`() async throws {
        try await withServer { _, port in
            try await TestClient.connect(to: port) { client in
                let answer = try await client.ask("GetQueueUrl", #"{"QueueName":"none"}"#)
                #expect(answer.status == 400)
                #expect(
                    answer.headers["x-amzn-query-error"]
                        == "AWS.SimpleQueueService.NonExistentQueue;Sender")
                #expect(
                    answer.body == #"{"__type":"com.amazonaws.sqs#QueueDoesNotExist","#
                        + #""message":"The specified queue does not exist."}"#)
            }
        }
    }

    @Test func `a long poll is answered by a send, and its connection serves on`() async throws {
        try await withServer { server, port in
            try await TestClient.connect(to: port) { poller in
                for _ in 0..<2 {
                    try await poller.send("ReceiveMessage", Self.receive(20))
                    await until { server.waitingLongPolls == 1 }
                    try await TestClient.connect(to: port) { sender in
                        let sent = try await sender.ask("SendMessage", Self.send)
                        #expect(sent.status == 200)
                    }
                    let answer = try await poller.answer()
                    #expect(answer.body.contains(#""Body":"hello""#))
                    #expect(answer.headers["connection"] != "close")
                }
            }
        }
    }

    @Test func `a long poll that nothing comes for ends by the clock`() async throws {
        try await withServer { _, port in
            try await TestClient.connect(to: port) { client in
                let start = ContinuousClock.now
                let answer = try await client.ask("ReceiveMessage", Self.receive(1))
                #expect(answer.body == "{}")
                #expect(ContinuousClock.now - start > .milliseconds(990))
            }
        }
    }

    @Test func `a client that hangs up loses no message for others`() async throws {
        try await withServer { server, port in
            try await TestClient.connect(to: port) { client in
                try await client.send("ReceiveMessage", Self.receive(20))
                await until { server.waitingLongPolls == 1 }
            }
            await until { server.waitingLongPolls == 0 }
            try await TestClient.connect(to: port) { client in
                _ = try await client.ask("SendMessage", Self.send)
                let answer = try await client.ask("ReceiveMessage", Self.receive(0))
                #expect(answer.body.contains(#""Body":"hello""#))
            }
        }
    }

    @Test func `a stop answers who waits and closes the connection`() async throws {
        try await withServer { server, port in
            try await TestClient.connect(to: port) { client in
                try await client.send("ReceiveMessage", Self.receive(20))
                await until { server.waitingLongPolls == 1 }
                async let stopped: Void = server.stop()
                let answer = try await client.answer()
                #expect(answer.status == 200)
                #expect(answer.body == "{}")
                try await client.waitForEnd()
                await stopped
            }
        }
    }

    @Test func `a stop does not wait for ever for half a request`() async throws {
        try await withServer { server, port in
            try await TestClient.connect(to: port) { client in
                _ = try await client.ask("ListQueues", "{}")
                try await client.write("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{")
                await server.stop()
                // It ends without an answer.
                try await client.waitForEnd()
            }
            await #expect(throws: (any Error).self) {
                try await TestClient.connect(to: port) { _ in }
            }
        }
    }

    @Test func `a cancelled run ends as gracefully as a stopped one`() async throws {
        var configuration = EmbeddedQueueServer.Configuration(port: 0, queues: ["q"])
        configuration.names = ["queue.test"]
        let server = EmbeddedQueueServer(configuration)
        let (ports, port) = AsyncStream<Int>.makeStream()
        let run = Task { try await server.run { port.yield($0) } }
        let chosen = await ports.first { _ in true }
        try await TestClient.connect(to: try #require(chosen)) { client in
            try await client.send("ReceiveMessage", Self.receive(20))
            await until { server.waitingLongPolls == 1 }
            run.cancel()
            let answer = try await client.answer()
            #expect(answer.body == "{}")
        }
        try await run.value
    }

    @Test func `a server stopped before it runs does not run`() async throws {
        let server = EmbeddedQueueServer(.init(port: 0))
        await server.stop()
        try await server.run { _ in Issue.record("it listened") }
    }

    @Test func `an address in use is named with a remedy`() async throws {
        try await withServer { _, port in
            let second = EmbeddedQueueServer(.init(port: port))
            let error = await #expect(throws: EmbeddedQueueError.self) { try await second.run() }
            #expect(error?.description.contains("127.0.0.1:\(port)") == true)
            #expect(error?.description.contains("another address") == true)
        }
    }

    @Test func `a queue that cannot be created at the start is named`() async throws {
        let server = EmbeddedQueueServer(.init(port: 0, queues: ["not a name"]))
        let error = await #expect(throws: EmbeddedQueueError.self) { try await server.run() }
        #expect(error?.description.contains("not a name") == true)
    }

    @Test func `many clients at once get each message once`() async throws {
        try await withServer { _, port in
            let bodies = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<8 {
                    group.addTask {
                        try await TestClient.connect(to: port) { client in
                            for _ in 0..<25 { _ = try await client.ask("SendMessage", Self.send) }
                            return 0
                        }
                    }
                    group.addTask {
                        try await TestClient.connect(to: port) { client in
                            var found = 0
                            while found < 25 {
                                let answer = try await client.ask(
                                    "ReceiveMessage", Self.receive(20))
                                found += answer.body.contains("hello") ? 1 : 0
                            }
                            return found
                        }
                    }
                }
                return try await group.reduce(0, +)
            }
            #expect(bodies == 200)
        }
    }
}
