import HTTP
import HTTPServer
import HTTPTransport
import Synchronization
import TestKit
import Testing

@Suite struct HTTPListenerTests {
    private static let limits = ConnectionLimits(
        connections: 2, body: 1_000, requestTime: .seconds(20), idleTime: .seconds(20))
    private static let request = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"

    /// Answers what it was asked, and gives the place to the body.
    private func withServer(
        _ limits: ConnectionLimits = limits,
        answer: @escaping @Sendable (IncomingRequest) async -> ServerAnswer,
        _ body: (String) async throws -> Void
    ) async throws {
        let server = try await HTTPListener.open(
            .address(host: "127.0.0.1", port: 0),
            HTTPListener.Service(name: "a test", limits: limits, answer: answer),
            logger: LogRecorder().logger)
        try await body("http://127.0.0.1:\(server.port ?? 0)")
        await server.close()
    }

    private func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        let transport = NIOTransport()
        do {
            let response = try await transport.send(request, timeout: .seconds(90))
            await transport.shutdown()
            return response
        } catch {
            await transport.shutdown()
            throw error
        }
    }

    @Test func `a request arrives whole, and its answer comes back`() async throws {
        try await withServer(answer: { request in
            let text =
                "\(request.method) \(request.path) \(request.query ?? "-") "
                + "\(request.headers["x-mark"] ?? "-") "
                + String(decoding: request.body ?? [], as: UTF8.self)
            return ServerAnswer(
                status: 201, headers: [(name: "X-Seen", value: "yes")],
                body: .bytes(Array(text.utf8)))
        }) { url in
            let response = try await send(
                HTTPRequest(
                    url: "\(url)/some/path?a=1&b=2", headers: ["X-Mark": "7"],
                    body: Array("hello".utf8)))
            #expect(response.status == 201)
            #expect(response.headers["X-Seen"] == "yes")
            #expect(
                String(decoding: response.body, as: UTF8.self)
                    == "POST /some/path a=1&b=2 7 hello")
        }
    }

    @Test func `of a body that is too large nothing is kept`() async throws {
        try await withServer(answer: { request in
            ServerAnswer(status: request.body == nil ? 413 : 200, body: .bytes([]))
        }) { url in
            let large = [UInt8](repeating: 0x20, count: 1_001)
            let refused = try await send(HTTPRequest(url: url, body: large))
            #expect(refused.status == 413)
            let taken = try await send(HTTPRequest(url: url, body: Array(large.dropLast())))
            #expect(taken.status == 200)
        }
    }

    @Test func `an answer in parts comes as they are made, and ends`() async throws {
        try await withServer(answer: { _ in
            let (parts, source) = AsyncStream<[UInt8]>.makeStream()
            for part in ["one ", "two ", "three"] { source.yield(Array(part.utf8)) }
            source.finish()
            return ServerAnswer(status: 200, body: .parts(parts))
        }) { url in
            let response = try await send(HTTPRequest(method: "GET", url: url))
            #expect(String(decoding: response.body, as: UTF8.self) == "one two three")
        }
    }

    @Test func `the maker of parts hears when the client has gone`() async throws {
        let (ends, end) = AsyncStream<Void>.makeStream()
        try await withServer(answer: { _ in
            let (parts, source) = AsyncStream<[UInt8]>.makeStream()
            source.onTermination = { _ in end.finish() }
            source.yield([0x2A])
            return ServerAnswer(status: 200, body: .parts(parts))
        }) { url in
            let transport = NIOTransport()
            let asking = Task {
                try? await transport.send(
                    HTTPRequest(method: "GET", url: url), timeout: .milliseconds(300))
            }
            for await _ in ends {}
            _ = await asking.value
            await transport.shutdown()
        }
    }

    private func port(_ url: String) -> Int { Int(url.split(separator: ":")[2]) ?? 0 }

    private static func nothing(_ request: IncomingRequest) -> ServerAnswer {
        ServerAnswer(status: 200, body: .bytes([]))
    }

    /// The only place is taken by who says too little, until that one is cut off.
    @Test(arguments: [
        "", "GET / HT", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nslow",
    ])
    func `who takes too long for a request is cut off`(said: String) async throws {
        let limits = ConnectionLimits(
            connections: 1, body: 10, requestTime: .milliseconds(50), idleTime: nil)
        try await withServer(limits, answer: { Self.nothing($0) }) { url in
            let slow = try #require(RawConnection(port: port(url)))
            await slow.send(said)
            #expect(await slow.readToEnd() == "")
        }
    }

    @Test(arguments: ["", "GET / HT"])
    func `who takes too long for the next request is cut off`(said: String) async throws {
        let limits = ConnectionLimits(
            connections: 1, body: 10, requestTime: nil, idleTime: .milliseconds(50))
        try await withServer(limits, answer: { Self.nothing($0) }) { url in
            let slow = try #require(RawConnection(port: port(url)))
            await slow.send("\(Self.request)\(said)")
            #expect(await slow.readToEnd() == "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        }
    }

    @Test(arguments: [
        "GET /\(String(repeating: "a", count: 17 << 10)) HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1\r\nX-Long: \(String(repeating: "a", count: 17 << 10))\r\n\r\n",
        "GET / HTTP/1.1\r\n"
            + String(repeating: "X-Many: \(String(repeating: "a", count: 1_000))\r\n", count: 17)
            + "\r\n",
        "no HTTP at all\r\n\r\n",
    ])
    func `a head that is too long, or none, is answered with 400`(head: String) async throws {
        try await withServer(answer: { Self.nothing($0) }) { url in
            let client = try #require(RawConnection(port: port(url)))
            await client.send(head)
            #expect(await client.readToEnd().hasPrefix("HTTP/1.1 400 Bad Request\r\n"))
        }
    }

    @Test(arguments: [
        "GET / HTTP/1.1\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n",
        "GET / HTTP/1.0\r\nHost: a\r\nhost: b\r\n\r\n",
    ])
    func `a request that names no host, or two, ends its connection with 400`(
        request: String
    ) async throws {
        try await withServer(answer: { Self.nothing($0) }) { url in
            let client = try #require(RawConnection(port: port(url)))
            await client.send("\(Self.request)\(request)\(Self.request)no HTTP at all\r\n\r\n")
            #expect(
                await client.readToEnd() == "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
                    + "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n"
                    + "Content-Length: 0\r\n\r\n")
        }
    }

    @Test func `a connection of HTTP 1.0 ends with an answer unless it is to be kept`() async throws
    {
        try await withServer(answer: { Self.nothing($0) }) { url in
            let client = try #require(RawConnection(port: port(url)))
            await client.send(
                "GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n"
                    + "POST / HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\nx")
            #expect(
                await client.readToEnd() == "HTTP/1.0 200 OK\r\nContent-Length: 0\r\n"
                    + "Connection: keep-alive\r\n\r\n"
                    + "HTTP/1.0 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        }
    }

    @Test func `HEAD is answered as GET is, without the body`() async throws {
        try await withServer(answer: { request in
            ServerAnswer(status: 200, body: .bytes(Array(request.method.utf8)))
        }) { url in
            let client = try #require(RawConnection(port: port(url)))
            await client.send(
                "HEAD / HTTP/1.1\r\nHost: a\r\n\r\n"
                    + "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            #expect(
                await client.readToEnd() == "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n"
                    + "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nConnection: close\r\n\r\nGET")
        }
    }

    /// The time for an answer is short, so that the server gives up on the client.
    @Test func `to who asks and never reads no more is answered than is on its way`() async throws {
        let answers = Mutex(0)
        let limits = ConnectionLimits(
            connections: 1, body: 10, requestTime: nil, idleTime: nil,
            answerTime: .milliseconds(300))
        let large = [UInt8](repeating: 0x2A, count: 16 << 20)
        try await withServer(
            limits,
            answer: { _ in
                answers.withLock { $0 += 1 }
                return ServerAnswer(status: 200, body: .bytes(large))
            }
        ) { url in
            let client = try #require(RawConnection(port: port(url)))
            // More than all buffers on the way hold.
            await client.send(String(repeating: Self.request, count: 2 << 20))
            #expect(answers.withLock { $0 } == 1)
        }
    }
}

/// The end of a server.
extension HTTPListenerTests {
    private func open(
        answer: @escaping @Sendable (IncomingRequest) async -> ServerAnswer
    ) async throws -> HTTPListener {
        try await HTTPListener.open(
            .address(host: "127.0.0.1", port: 0),
            HTTPListener.Service(name: "a test", limits: Self.limits, answer: answer),
            logger: LogRecorder().logger)
    }

    @Test func `a request that came before a server ends is answered`() async throws {
        let (arrivals, arrival) = AsyncStream<Void>.makeStream()
        let (permissions, permission) = AsyncStream<Void>.makeStream()
        let server = try await open { _ in
            arrival.finish()
            for await _ in permissions {}
            return ServerAnswer(status: 200, body: .bytes([]))
        }
        let idle = try #require(RawConnection(port: server.port ?? 0))
        let client = try #require(RawConnection(port: server.port ?? 0))
        await client.send(Self.request)
        for await _ in arrivals {}
        async let end: Void = server.close(after: .seconds(60))
        #expect(await idle.readToEnd() == "")
        permission.finish()
        await end
        #expect(
            await client.readToEnd()
                == "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
    }

    @Test func `an answer that never comes, or has no end, does not hold up a server's`()
        async throws
    {
        let (arrivals, arrival) = AsyncStream<String>.makeStream()
        let (parts, source) = AsyncStream<[UInt8]>.makeStream()
        let server = try await open { request in
            arrival.yield(request.path)
            guard request.path == "/never" else {
                return ServerAnswer(status: 200, body: .parts(parts))
            }
            for await _ in AsyncStream<Void>.makeStream().stream {}
            return ServerAnswer(status: 200, body: .bytes([]))
        }
        source.yield([0x2A])
        let endless = try #require(RawConnection(port: server.port ?? 0))
        await endless.send("GET /endless HTTP/1.1\r\nHost: a\r\n\r\n")
        let silent = try #require(RawConnection(port: server.port ?? 0))
        await silent.send("GET /never HTTP/1.1\r\nHost: a\r\n\r\n")
        var came: Set<String> = []
        for await path in arrivals {
            came.insert(path)
            if came.count == 2 { break }
        }
        await server.close(after: .milliseconds(100))
        #expect(await endless.readToEnd().hasPrefix("HTTP/1.1 200 OK"))
        #expect(await silent.readToEnd() == "")
    }
}
