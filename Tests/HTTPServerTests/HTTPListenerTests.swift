import HTTP
import HTTPServer
import HTTPTransport
import TestKit
import Testing

@Suite struct HTTPListenerTests {
    private static let limits = ConnectionLimits(
        connections: 2, body: 1_000, requestTime: .seconds(20))

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

    @Test func `who takes too long for a request is cut off`() async throws {
        let limits = ConnectionLimits(connections: 1, body: 10, requestTime: .milliseconds(50))
        try await withServer(
            limits,
            answer: { _ in
                ServerAnswer(status: 200, body: .bytes([]))
            }
        ) { url in
            // The only place is taken by who says nothing, until that one is cut off.
            let silent = try #require(RawConnection(port: Int(url.split(separator: ":")[2]) ?? 0))
            #expect(silent.readToEnd() == "")
        }
    }
}
