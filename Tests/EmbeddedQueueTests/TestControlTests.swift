import EmbeddedQueue
import Testing

/// What test suites may do beside the API.
@Suite(.timeLimit(.minutes(1))) struct TestControlTests {
    private static let url = "http://queue.test:1234/000000000000/q"
    private static let send = #"{"QueueUrl":"\#(url)","MessageBody":"x"}"#
    private static let receive = #"{"QueueUrl":"\#(url)","VisibilityTimeout":600}"#
    private static let poll = #"{"QueueUrl":"\#(url)","WaitTimeSeconds":20}"#

    private static func post(_ path: String, _ body: String = "") -> String {
        """
        POST \(path) HTTP/1.1\r
        Host: queue.test\r
        Content-Length: \(body.utf8.count)\r
        \r
        \(body)
        """
    }

    /// Over a connection of its own.
    private static func control(
        _ port: Int, _ path: String, _ body: String = ""
    ) async throws -> TestClient.Answer {
        try await TestClient.connect(to: port) { client in
            try await client.write(post(path, body))
            return try await client.answer()
        }
    }

    @Test func `a reset leaves the queues of the start, empty`() async throws {
        try await withServer(queues: ["q:VisibilityTimeout=5"], allowsReset: true) { server, port in
            try await TestClient.connect(to: port) { client in
                _ = try await client.ask("CreateQueue", #"{"QueueName":"other"}"#)
                _ = try await client.ask("SendMessage", Self.send)
                try await client.write(Self.post("/reset"))
                #expect(try await client.answer().status == 200)
                let queues = try await client.ask("ListQueues", "{}")
                #expect(queues.body == #"{"QueueUrls":["\#(Self.url)"]}"#)
                #expect(try await client.ask("ReceiveMessage", Self.receive).body == "{}")
            }
        }
    }

    @Test func `a reset takes back the time that was passed`() async throws {
        @Sendable func now(_ answer: TestClient.Answer) throws -> Int {
            try #require(Int(answer.body.filter(\.isNumber)))
        }
        try await withServer(allowsReset: true) { _, port in
            let start = try now(try await Self.control(port, "/time", "0"))
            let later = try now(try await Self.control(port, "/time", "86400"))
            #expect(later - start >= 86_400_000)
            #expect(try await Self.control(port, "/reset").status == 200)
            try await TestClient.connect(to: port) { client in
                _ = try await client.ask("SendMessage", Self.send)
                let message = try await client.ask(
                    "ReceiveMessage", #"{"QueueUrl":"q","AttributeNames":["SentTimestamp"]}"#)
                let sent = try #require(
                    message.body.firstMatch(of: /SentTimestamp":"([0-9]+)"/)?.1)
                #expect(try #require(Int(sent)) < start + 60_000)
            }
        }
    }

    @Test func `a reset ends the long polls`() async throws {
        try await withServer(allowsReset: true) { server, port in
            try await TestClient.connect(to: port) { poller in
                try await poller.send("ReceiveMessage", Self.poll)
                await until { server.waitingLongPolls == 1 }
                #expect(try await Self.control(port, "/reset").status == 200)
                #expect(try await poller.answer().body == "{}")
            }
        }
    }

    @Test func `time passes at once, and brings a message to who waits for it`() async throws {
        try await withServer(allowsReset: true) { server, port in
            try await TestClient.connect(to: port) { poller in
                _ = try await poller.ask("SendMessage", Self.send)
                let first = try await poller.ask("ReceiveMessage", Self.receive)
                #expect(first.body.contains(#""Body":"x""#))
                let early = try await Self.control(port, "/time", "599")
                #expect(early.body.hasPrefix(#"{"now":"#))
                try await poller.send("ReceiveMessage", Self.poll)
                await until { server.waitingLongPolls == 1 }
                #expect(try await Self.control(port, "/time", "1\n").status == 200)
                #expect(try await poller.answer().body.contains(#""Body":"x""#))
            }
        }
    }

    @Test(arguments: ["", "soon", "-1", "nan", "1e99"])
    func `a step that is none is refused with what would be one`(body: String) async throws {
        try await withServer(allowsReset: true) { _, port in
            try await TestClient.connect(to: port) { client in
                try await client.write(Self.post("/time", body))
                let answer = try await client.answer()
                #expect(answer.status == 400)
                #expect(answer.body.contains("a number of seconds"))
            }
        }
    }

    @Test(arguments: ["/reset", "/time"])
    func `nothing is reset where it is not allowed`(path: String) async throws {
        try await withServer { _, port in
            try await TestClient.connect(to: port) { client in
                _ = try await client.ask("SendMessage", Self.send)
                try await client.write(Self.post(path, "600"))
                #expect(try await client.answer().status == 400)
                let answer = try await client.ask("ReceiveMessage", Self.receive)
                #expect(answer.body.contains(#""Body":"x""#))
            }
        }
    }
}

/// Queues as the command line defines them.
@Suite(.timeLimit(.minutes(1))) struct QueueDefinitionTests {
    @Test func `a definition has attributes and a dead-letter queue, which is made with it`()
        async throws
    {
        let definition = "orders.fifo:VisibilityTimeout=5,dlq=dead.fifo/4"
        try await withServer(queues: [definition]) { _, port in
            try await TestClient.connect(to: port) { client in
                let answer = try await client.ask(
                    "GetQueueAttributes", #"{"QueueUrl":"orders.fifo","AttributeNames":["All"]}"#)
                #expect(answer.body.contains(#""VisibilityTimeout":"5""#))
                #expect(
                    answer.body.contains(
                        #"arn:aws:sqs:us-east-1:000000000000:dead.fifo\",\"maxReceiveCount\":4}"#))
                #expect(
                    try await client.ask("GetQueueUrl", #"{"QueueName":"dead.fifo"}"#).status == 200
                )
            }
        }
    }

    @Test(arguments: [
        ("q:VisibilityTimeout", "has no value"), ("q:VisibilityTimeout=x", "VisibilityTimeout"),
        ("q:Unknown=1", "Unknown Attribute Unknown"), ("q:dlq=d/x", "NAME/RECEIVES"),
        ("q:dlq=d/0", "maxReceiveCount"), ("q:dlq=", "alphanumeric"),
        (":DelaySeconds=1", "1 to 80"),
    ])
    func `a definition that cannot be is refused with what is wrong`(
        definition: String, problem: String
    ) async throws {
        let server = EmbeddedQueueServer(.init(port: 0, queues: [definition]))
        let error = await #expect(throws: EmbeddedQueueError.self) { try await server.run() }
        #expect(error?.description.contains(problem) == true, "\(error?.description ?? "")")
        #expect(error?.description.contains(definition) == true)
    }
}
