import HTTP
import HTTPTransport
import Testing

/// Answers that are none: whatever a server sends, it costs its own request and nothing else.
@Suite(.timeLimit(.minutes(1)))
struct AnswerTests {
    @Test(
        arguments: [
            "HTTP/1.1 099 x\r\nContent-Length: 2\r\n\r\n{}",
            "HTTP/1.1 000 x\r\nContent-Length: 2\r\n\r\n{}",
            "HTTP/1.1 001 x\r\nContent-Length: 0\r\n\r\n",
            "HTTP/1.1 099 x\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
            "HTTP/1.1 099 x\r\n\r\n",
            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 099 x\r\nContent-Length: 2\r\n\r\n{}",
            "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: h2c\r\n\r\n",
            "HTTP/1.1 101 Switching Protocols\r\nContent-Length: 2\r\n\r\n{}",
            "HTTP/1.1 1000 x\r\nContent-Length: 2\r\n\r\n{}",
            "HTTP/1.1 -1 x\r\nContent-Length: 2\r\n\r\n{}",
            "HTTP/1.1 99 x\r\nContent-Length: 2\r\n\r\n{}",
        ], [true, false])
    func `an answer with a status that cannot be is refused`(
        answer: String, keepsBodies: Bool
    ) async throws {
        var options = NIOTransport.Options()
        options.keepsBodies = keepsBodies
        try await withServer(
            options, reply: { .bytes($0 == 0 ? answer : emptyAnswer) }
        ) { server, transport in
            let error = try await failure(of: transport, HTTPRequest(url: server.url))
            #expect(error.kind == .malformed)
            #expect(error.description.hasPrefix("127.0.0.1:\(server.port): the answer is not HTTP"))
            let response = try await transport.send(
                HTTPRequest(url: server.url), timeout: .seconds(20))
            #expect(response.status == 200)
        }
    }

    @Test(arguments: [true, false])
    func `an answer may be announced, but not without end`(isEndless: Bool) async throws {
        let announcements = String(
            repeating: "HTTP/1.1 102 Processing\r\nContent-Length: 9\r\n\r\n",
            count: isEndless ? 20_000 : 5_000)
        try await withServer(
            reply: { _ in .bytes(announcements + emptyAnswer) }
        ) { server, transport in
            if isEndless {
                let error = try await failure(of: transport, HTTPRequest(url: server.url))
                #expect(error.kind == .malformed)
                #expect(error.description.contains("announced without end"))
            } else {
                let response = try await transport.send(
                    HTTPRequest(url: server.url), timeout: .seconds(20))
                #expect(response.status == 200)
                #expect(response.body == Array("{}".utf8))
            }
        }
    }

    @Test(arguments: [
        emptyAnswer, "HTTP/1.1 099 x\r\n\r\n", "HTTP/1.1 100 Continue\r\n\r\n", "x\r\n",
    ])
    func `what follows an answer ends the connection, not the process`(
        surplus: String
    ) async throws {
        try await withServer(reply: { _ in .bytes(emptyAnswer + surplus) }) { server, transport in
            for _ in 0..<3 {
                let response = try await transport.send(
                    HTTPRequest(url: server.url), timeout: .seconds(20))
                #expect(response.status == 200)
                await server.event { if case .closed = $0 { true } else { false } }
            }
        }
    }

    @Test func `what a server says unasked ends the connection, not the process`() async throws {
        let server = try await RawServer(greeting: "HTTP/1.1 099 x\r\nContent-Length: 2\r\n\r\n{}")
        {
            _ in .bytes(emptyAnswer)
        }
        try await withTransport { transport in
            for _ in 0..<20 {
                let error = try? await transport.send(
                    HTTPRequest(url: server.url), timeout: .seconds(20))
                #expect(error?.status ?? 200 == 200)
            }
        }
        try await server.stop()
    }

    @Test(arguments: [
        "0 302 Found\r\n\r\nup to the end", "1 200 OK\r\nContent-Length: 2\r\n\r\n{}",
    ])
    func `a request is over with its connection, though an answer came as it was sent`(
        answer: String
    ) async throws {
        let server = try await RawServer(hangUp: .withAnswer("HTTP/1.", answer)) { _ in .silence }
        for _ in 0..<100 {
            try await withTransport { transport in
                let request = HTTPRequest(method: "GET", url: server.url)
                for _ in 0..<3 {
                    do throws(TransportError) {
                        _ = try await transport.send(request, timeout: .seconds(300))
                    } catch {
                        #expect(error.kind != .timeout)
                    }
                }
            }
        }
        try await server.stop()
    }
}
