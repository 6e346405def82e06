import Foundation
import HTTP
import HTTPTransport
import Testing

/// What handlers need of a transport, and SQS does not.
@Suite(.timeLimit(.minutes(1)))
struct HandlerTransportTests {
    @Test func `a server at a Unix socket is posted to, and named by its path`() async throws {
        // Short, as the path of a socket is limited to 107 bytes.
        let path = "/tmp/t-\(UUID().uuidString.prefix(8)).sock"
        let host = path.replacingOccurrences(of: "/", with: "%2F")
        let server = try await RawServer(socket: path) { _ in .bytes(emptyAnswer) }
        var request = HTTPRequest(url: "http+unix://\(host)/tasks?a=b")
        request.headers["Host"] = "localhost"
        try await withTransport { transport in
            let response = try await transport.send(request, timeout: .seconds(20))
            #expect(response.status == 200)
            let event = await server.event { if case .request = $0 { true } else { false } }
            guard case .request(_, let text) = event else { return }
            #expect(text.hasPrefix("POST /tasks?a=b HTTP/1.1\r\n"))
            #expect(text.contains("Host: localhost\r\n"))
            try await transport.connect(to: request.url)
        }
        try await server.stop()
        try? FileManager.default.removeItem(atPath: path)
        try await withTransport { transport in
            let error = try await failure(of: transport, request)
            #expect(error.kind == .unreachable)
            #expect(error.description.contains(path))
            let refused = try await refusal(of: transport, request.url)
            #expect(refused.kind == .unreachable)
            #expect(refused.description.contains(path))
        }
    }

    @Test func `whether somebody listens is seen without a request`() async throws {
        let server = try await RawServer { _ in .bytes(emptyAnswer) }
        try await withTransport { transport in
            try await transport.connect(to: server.url)
            let event = await server.event { if case .closed = $0 { true } else { false } }
            #expect(event == .closed(0))
        }
        try await server.stop()
        try await withTransport { transport in
            let refused = try await refusal(of: transport, server.url)
            #expect(refused.kind == .unreachable)
        }
    }

    @Test(arguments: [
        ("http://no-such-host.invalid/", TransportError.Kind.unresolved),
        ("http://127.0.0.1:99999/", .invalidURL), ("nonsense", .invalidURL),
    ])
    func `a URL that leads nowhere is said to`(
        url: String, kind: TransportError.Kind
    ) async throws {
        try await withTransport { transport in
            let refused = try await refusal(of: transport, url)
            #expect(refused.kind == kind)
        }
    }

    @Test func `silence for the inactivity timeout ends a request`() async throws {
        var options = NIOTransport.Options()
        options.inactivityTimeout = .milliseconds(200)
        try await withServer(options, reply: { _ in .silence }) { server, transport in
            let error = try await failure(
                of: transport, HTTPRequest(url: server.url), timeout: .seconds(600))
            #expect(error.kind == .timeout)
            #expect(error.description.contains("nothing arrived for 0.2 seconds"))
        }
    }

    @Test func `where bodies are not kept, a large one is neither an error nor in memory`()
        async throws
    {
        var options = NIOTransport.Options()
        options.keepsBodies = false
        options.answerLimit = 10
        let head = "HTTP/1.1 202 Accepted\r\nRetry-After: 5\r\nContent-Length: 50000000\r\n\r\n"
        try await withServer(options, reply: { _ in .flood(head: head, bytes: 50_000_000) }) {
            server, transport in
            let response = try await transport.send(
                HTTPRequest(url: server.url), timeout: .seconds(50))
            #expect(response.status == 202)
            #expect(response.headers["retry-after"] == "5")
            #expect(response.body.isEmpty)
        }
    }

    @Test func `where bodies are not kept, their beginning is, as long as was asked for`()
        async throws
    {
        var options = NIOTransport.Options()
        options.keepsBodies = false
        options.startLimit = 100
        let head = "HTTP/1.1 500 Trouble\r\nContent-Length: 5000000\r\n\r\n"
        try await withServer(options, reply: { _ in .flood(head: head, bytes: 5_000_000) }) {
            server, transport in
            let response = try await transport.send(
                HTTPRequest(url: server.url), timeout: .seconds(50))
            #expect(response.status == 500)
            #expect(response.body.count == 100)
        }
    }

    @Test func `only a connection that had brought an answer is stale when it ends`() async throws {
        var options = NIOTransport.Options()
        options.keepsBodies = false
        // The third request is the second of its connection, and so is the fifth.
        try await withServer(
            options, reply: { [1, 3].contains($0) ? .bytes(emptyAnswer) : .bytesThenClose("") }
        ) { server, transport in
            let request = HTTPRequest(url: server.url)
            #expect(try await failure(of: transport, request).kind == .closed)
            _ = try await transport.send(request, timeout: .seconds(20))
            #expect(try await failure(of: transport, request).kind == .stale)
            _ = try await transport.send(request, timeout: .seconds(20))
            #expect(try await failure(of: transport, request).kind == .stale)
            for _ in 0..<20 {
                #expect(try await failure(of: transport, request).kind == .closed)
            }
        }
    }

    @Test func `an owned transport closes its connections when nobody refers to it`()
        async throws
    {
        let server = try await RawServer { _ in .bytes(emptyAnswer) }
        do {
            let transport = OwnedTransport(NIOTransport.Options())
            for _ in 0..<3 {
                let response = try await transport.send(
                    HTTPRequest(url: server.url), timeout: .seconds(20))
                #expect(response.status == 200)
            }
        }
        // One connection was used for all three.
        #expect(await server.event { $0 == .closed(0) } != nil)
        try await server.stop()
    }
}
