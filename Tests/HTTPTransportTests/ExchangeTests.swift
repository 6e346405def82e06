import HTTP
import HTTPTransport
import Testing

@Suite(.timeLimit(.minutes(1)))
struct ExchangeTests {
    @Test func `what is sent arrives, and what is answered comes back, byte for byte`() async throws
    {
        let answer =
            "HTTP/1.1 418 I'm a teapot\r\nX-One: 1\r\nx-two: a, b\r\nContent-Length: 5\r\n\r\n"
            + "\0é\r\n"
        try await withServer(reply: { _ in .bytes(answer) }) { server, transport in
            let response = try await transport.send(
                HTTPRequest(
                    url: "\(server.url)a%2Fb%20c/?x=%7E&y=",
                    headers: ["X-Amz-Target": "AmazonSQS.ReceiveMessage"],
                    body: Array("{\"a\":\"é\"}".utf8)),
                timeout: .seconds(20))

            #expect(response.status == 418)
            #expect(response.headers["x-one"] == "1")
            #expect(response.headers["X-Two"] == "a, b")
            #expect(response.body == Array("\0é\r\n".utf8))
            let event = await server.event { if case .request = $0 { true } else { false } }
            guard case .request(_, let text)? = event else { return }
            #expect(text.hasPrefix("POST /a%2Fb%20c/?x=%7E&y= HTTP/1.1\r\n"))
            #expect(text.contains("X-Amz-Target: AmazonSQS.ReceiveMessage\r\n"))
            #expect(text.hasSuffix("\r\n\r\n{\"a\":\"é\"}"))
            #expect(!text.lowercased().contains("accept-encoding"))
        }
    }

    @Test func `a redirect is an answer, not an order`() async throws {
        let redirect =
            "HTTP/1.1 307 Temporary Redirect\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n"
        try await withServer(
            reply: { $0 == 0 ? .bytes(redirect) : .bytes(emptyAnswer) }
        ) { server, transport in
            let response = try await transport.send(
                HTTPRequest(url: server.url), timeout: .seconds(20))

            #expect(response.status == 307)
            #expect(response.headers["Location"] == "/elsewhere")
        }
    }

    @Test func `a body is left as its Content-Encoding made it`() async throws {
        let answer =
            "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nnope"
        try await withServer(reply: { _ in .bytes(answer) }) { server, transport in
            let response = try await transport.send(
                HTTPRequest(url: server.url), timeout: .seconds(20))

            #expect(response.body == Array("nope".utf8))
        }
    }

    @Test func `requests one after the other share a connection`() async throws {
        try await withServer(reply: { _ in .bytes(emptyAnswer) }) { server, transport in
            for _ in 0..<20 {
                _ = try await transport.send(HTTPRequest(url: server.url), timeout: .seconds(20))
            }
            for _ in 0..<20 {
                let event = await server.event { if case .request = $0 { true } else { false } }
                guard case .request(let connection, _)? = event else { return }
                #expect(connection == 0)
            }
        }
    }

    @Test func `a server that closes after each answer is served over new connections`()
        async throws
    {
        let answer = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}"
        try await withServer(reply: { _ in .bytesThenClose(answer) }) { server, transport in
            for _ in 0..<20 {
                let response = try await transport.send(
                    HTTPRequest(url: server.url), timeout: .seconds(20))
                #expect(response.status == 200)
            }
        }
    }

    @Test func `a server that closes without saying so is served over new connections`()
        async throws
    {
        let other = try await RawServer { _ in .bytes(emptyAnswer) }
        try await withServer(
            reply: { _ in .bytesThenHalfClose(emptyAnswer) }
        ) { server, transport in
            for number in 0..<5 {
                let response = try await transport.send(
                    HTTPRequest(url: server.url), timeout: .seconds(20))
                #expect(response.status == 200)
                // The client ends its half when it has seen the server's end; an exchange with
                // another server on the same thread is done after the pool knows it too.
                await server.event { $0 == .closed(number) }
                _ = try await transport.send(HTTPRequest(url: other.url), timeout: .seconds(20))
            }
        }
        try await other.stop()
    }

    @Test func `an answer as large as ten messages with every character escaped comes whole`()
        async throws
    {
        let size = 31 << 20
        let head = "HTTP/1.1 200 OK\r\nContent-Length: \(size)\r\n\r\n"
        try await withServer(reply: { _ in .flood(head: head, bytes: size) }) { server, transport in
            let response = try await transport.send(
                HTTPRequest(url: server.url), timeout: .seconds(40))
            #expect(response.body.count == size)
        }
    }
}
