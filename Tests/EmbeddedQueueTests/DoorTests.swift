import EmbeddedQueue
import Testing

/// Who is let in, and for how long.
@Suite(.timeLimit(.minutes(1))) struct DoorTests {
    @Test(
        arguments: [
            ("127.0.0.1:9324", nil, 200), ("localhost", nil, 200), ("LOCALHOST.:9324", nil, 200),
            ("[::1]:9324", nil, 200), ("10.0.0.7:80", nil, 200), ("queue.test", nil, 200),
            ("Queue.Test:1234", nil, 200), ("app.localhost:1", nil, 200), (nil, nil, 200),
            ("evil.example:9324", nil, 403), ("127.0.0.1.evil.example", nil, 403),
            ("localhost.evil.example", nil, 403), ("evil.example:9324:1", nil, 403),
            ("queue.test.evil.example", nil, 403), ("", nil, 403), ("[evil.example]", nil, 403),
            ("127.0.0.1:9324", "http://evil.example", 403), ("127.0.0.1:9324", "null", 403),
            ("localhost:9324", "http://localhost:9324", 403),
            ("evil.example", "http://evil.example", 403),
        ] as [(String?, String?, Int)])
    func `a web page is not let in, under no name`(
        host: String?, origin: String?, status: Int
    ) throws {
        let door = Door(names: ["queue.test"])
        do throws(Door.Refusal) {
            try door.check(
                Door.Visitor(host: host, origin: origin), method: "POST", methods: ["POST"])
            #expect(status == 200)
        } catch {
            #expect(error.status == status)
            #expect(error.message.contains(origin == nil ? "--allow-host" : "Origin"))
        }
    }

    /// A browser says where a request comes from that has no `Origin`, as an image's has none.
    @Test(arguments: [
        ("cross-site", false), ("same-site", false), ("same-origin", false), ("none", true),
    ])
    func `only a person's own request of a browser is let in`(site: String, isLetIn: Bool) {
        let visitor = Door.Visitor(host: "localhost", site: site)
        do throws(Door.Refusal) {
            try Door(names: []).check(visitor, method: "GET", methods: ["GET"])
            #expect(isLetIn)
        } catch {
            #expect(!isLetIn && error.status == 403)
        }
    }

    /// Without `Sec-Fetch-Site`, which browsers send to trustworthy addresses alone.
    @Test(arguments: [
        ("127.0.0.1:9324", true), ("localhost", true), ("[::1]:9324", true),
        ("0.0.0.0:9324", false), ("10.0.0.7", false), ("queue.test:9324", false),
    ])
    func `a call by GET may come to this machine alone, where browsers say what it is of`(
        host: String, isLetIn: Bool
    ) {
        do throws(Door.Refusal) {
            try Door(names: ["queue.test"]).check(
                Door.Visitor(host: host), method: "GET", methods: ["GET", "POST"])
            #expect(isLetIn)
        } catch {
            #expect(!isLetIn && error.status == 403)
        }
    }

    private static func request(
        _ line: String = "POST / HTTP/1.1", _ fields: String..., body: String = "{}"
    ) -> String {
        let head = [
            line, "X-Amz-Target: AmazonSQS.ListQueues", "Content-Length: \(body.utf8.count)",
        ]
        return (head + fields).joined(separator: "\r\n") + "\r\n\r\n" + body
    }

    @Test func `a page that has its name lead here is told why it is refused`() async throws {
        try await withServer { _, port in
            try await TestClient.connect(to: port) { client in
                try await client.write(Self.request("POST / HTTP/1.1", "Host: evil.example:9324"))
                let foreign = try await client.answer()
                #expect(foreign.status == 403)
                #expect(foreign.body.contains("evil.example:9324, by which this server is not"))
                try await client.write(
                    Self.request(
                        "POST / HTTP/1.1", "Host: localhost", "Origin: http://localhost:9324"))
                let page = try await client.answer()
                #expect(page.status == 403)
                #expect(page.body.contains("com.amazon.coral.service#AccessDeniedException"))
                #expect(page.headers["access-control-allow-origin"] == nil)
                // The connection serves on.
                try await client.write(Self.request("POST / HTTP/1.1", "Host: localhost"))
                #expect(try await client.answer().status == 200)
            }
        }
    }

    @Test(arguments: ["GET", "PUT", "DELETE", "TRACE", "OPTIONS", "PATCH"])
    func `only a POST is a call in JSON`(method: String) async throws {
        try await withServer { _, port in
            try await TestClient.connect(to: port) { client in
                try await client.write(Self.request("\(method) / HTTP/1.1", "Host: localhost"))
                let answer = try await client.answer()
                #expect(answer.status == 405)
                #expect(answer.headers["allow"] == "POST")
            }
        }
    }

    @Test func `a client that waits with its body is told that it is wanted`() async throws {
        try await withServer { _, port in
            try await TestClient.connect(to: port) { client in
                try await client.write(
                    Self.request(
                        "POST / HTTP/1.1", "Host: localhost", "Expect: 100-continue", body: ""
                    ).replacing("Content-Length: 0", with: "Content-Length: 2"))
                #expect(try await client.answer().status == 100)
                try await client.write("{}")
                #expect(try await client.answer().status == 200)
            }
            try await TestClient.connect(to: port) { client in
                try await client.write(
                    Self.request(
                        "POST / HTTP/1.1", "Host: evil.example", "Expect: 100-continue", body: ""
                    ).replacing("Content-Length: 0", with: "Content-Length: 2"))
                #expect(try await client.answer().status == 403)
            }
        }
    }

    @Test(arguments: [
        "", "POST / HTTP/1.1\r\nHost: local",
        "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n12345678",
    ])
    func `a connection that brings nothing whole is closed in time`(text: String) async throws {
        var limits = ServerLimits()
        (limits.idleTime, limits.bodyTime) = (.seconds(1), .seconds(1))
        try await withServer(limits: limits) { _, port in
            try await TestClient.connect(to: port) { client in
                try await client.write(text)
                try await client.waitForEnd()
            }
        }
    }

    @Test func `a body that trickles in is cut, however steady`() async throws {
        var limits = ServerLimits()
        limits.bodyTime = .milliseconds(500)
        try await withServer(limits: limits) { _, port in
            try await TestClient.connect(to: port) { client in
                let head = Self.request("POST / HTTP/1.1", "Host: localhost", body: "")
                try await client.write(
                    head.replacing("Content-Length: 0", with: "Content-Length: 8000000"))
                // As long as the server takes it: the pace is the client's.
                await #expect(throws: (any Error).self) {
                    while true {
                        try await client.write("x")
                        try await ContinuousClock().sleep(for: .milliseconds(50))
                    }
                }
            }
        }
    }

    @Test func `a connection that was used is closed when it is idle, a long poll is not`()
        async throws
    {
        var limits = ServerLimits()
        limits.idleTime = .seconds(1)
        try await withServer(limits: limits) { _, port in
            try await TestClient.connect(to: port) { client in
                let url = "http://queue.test:1234/000000000000/q"
                let poll = #"{"QueueUrl":"\#(url)","WaitTimeSeconds":2}"#
                #expect(try await client.ask("ReceiveMessage", poll).status == 200)
                try await client.waitForEnd()
            }
        }
    }

    @Test func `connections beyond the bound wait for others to end`() async throws {
        var limits = ServerLimits()
        limits.connections = 4
        limits.idleTime = .seconds(3)
        try await withServer(limits: limits) { _, port in
            try await withThrowingTaskGroup(of: Void.self) { group in
                // More than the few that are accepted at once.
                for _ in 0..<20 {
                    group.addTask {
                        try await TestClient.connect(to: port) { try await $0.waitForEnd() }
                    }
                }
                let start = ContinuousClock.now
                try await group.waitForAll()
                // The last of them wait for the first, and some of these for others.
                #expect(ContinuousClock.now - start > .seconds(5))
            }
            try await TestClient.connect(to: port) { client in
                let answer = try await client.ask("ListQueues", "{}")
                #expect(answer.status == 200)
            }
        }
    }
}
