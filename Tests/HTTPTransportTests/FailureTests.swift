import HTTP
import HTTPTransport
import NIOCore
import NIOPosix
import TestKit
import Testing

@Suite(.timeLimit(.minutes(1)))
struct FailureTests {
    @Test(arguments: [
        "",
        "HTTP/1.1 20",
        "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"Messages\":",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n",
    ])
    func `an answer cut in the middle is an error, and the request is not repeated`(
        answer: String
    ) async throws {
        try await withServer(
            reply: { $0 == 0 ? .bytesThenClose(answer) : .bytes(emptyAnswer) }
        ) { server, transport in
            let error = try await failure(of: transport, HTTPRequest(url: server.url))
            #expect(error.kind == .closed)
            #expect(error.description.contains("127.0.0.1:\(server.port)"))
        }
    }

    @Test func `a kept connection cut under a request is an error, and the request not repeated`()
        async throws
    {
        try await withServer(
            reply: { $0 == 1 ? .bytesThenClose("") : .bytes(emptyAnswer) }
        ) { server, transport in
            _ = try await transport.send(HTTPRequest(url: server.url), timeout: .seconds(20))
            let error = try await failure(of: transport, HTTPRequest(url: server.url))
            #expect(error.kind == .stale)
            // Had it been repeated, this would be the fourth request and not the third.
            let response = try await transport.send(
                HTTPRequest(url: server.url), timeout: .seconds(20))
            #expect(response.status == 200)
            for connection in [0, 0, 1] {
                let event = await server.event { if case .request = $0 { true } else { false } }
                guard case .request(let number, _)? = event else { return }
                #expect(number == connection)
            }
        }
    }

    @Test func `a kept connection cut in the middle of an answer is no stale one`() async throws {
        try await withServer(
            reply: { $0 == 1 ? .bytesThenClose("HTTP/1.1 20") : .bytes(emptyAnswer) }
        ) { server, transport in
            _ = try await transport.send(HTTPRequest(url: server.url), timeout: .seconds(20))
            let error = try await failure(of: transport, HTTPRequest(url: server.url))
            #expect(error.kind == .closed)
        }
    }

    @Test(arguments: [
        "", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"Messages\":",
    ])
    func `an answer that stalls ends with the time, and its connection is cut`(
        answer: String
    ) async throws {
        // On a connection that is there already: the short time is for the answer alone.
        try await withServer(
            reply: { .bytes($0 == 0 ? emptyAnswer : answer) }
        ) { server, transport in
            _ = try await transport.send(HTTPRequest(url: server.url), timeout: .seconds(20))
            let error = try await failure(
                of: transport, HTTPRequest(url: server.url), timeout: .milliseconds(200))
            #expect(error.kind == .timeout)
            #expect(error.description.contains("127.0.0.1:\(server.port)"))
            await server.event { $0 == .closed(0) }
        }
    }

    @Test func `a port where nothing listens is known at once`() async throws {
        let port = try ClosedPort()
        // So long that a machine that is busy is not taken for it.
        var options = NIOTransport.Options()
        options.connectTimeout = .seconds(300)
        try await withTransport(options) { transport in
            let start = ContinuousClock.now
            let error = try await failure(
                of: transport, HTTPRequest(url: "http://127.0.0.1:\(port.number)/secret?token=1"))
            #expect(error.kind == .unreachable)
            #expect(error.description.contains("127.0.0.1:\(port.number)"))
            #expect(!error.description.contains("secret"))
            #expect(ContinuousClock.now - start < .seconds(20))
        }
    }

    @Test(arguments: ["127.0.0.1:0", "127.0.0.1:65536", "[::1]:99999", "localhost:x"])
    func `a port that TCP does not have is refused`(authority: String) async throws {
        try await withTransport { transport in
            let error = try await failure(
                of: transport, HTTPRequest(url: "http://\(authority)/"))
            #expect(error.kind == .invalidURL)
            #expect(error.description == "\(authority): there is no such port")
        }
    }

    @Test func `a name without an address is unresolved`() async throws {
        try await withTransport { transport in
            let error = try await failure(
                of: transport, HTTPRequest(url: "http://user:pw@no-such-host.invalid/"))
            #expect(error.kind == .unresolved)
            #expect(error.description.contains("no-such-host.invalid"))
            #expect(!error.description.contains("pw"))
        }
    }

    @Test(arguments: ["Content-Length: 11", "Transfer-Encoding: chunked"], [10, 11])
    func `a request may limit its answer`(field: String, limit: Int) async throws {
        let body = field.contains("chunked") ? "b\r\n12345678901\r\n0\r\n\r\n" : "12345678901"
        let answer = "HTTP/1.1 200 OK\r\n\(field)\r\n\r\n\(body)"
        var options = NIOTransport.Options()
        options.answerLimit = 5
        try await withServer(options, reply: { _ in .bytes(answer) }) { server, transport in
            let request = HTTPRequest(url: server.url, answerLimit: limit)
            if limit == 11 {
                let answer = try await transport.send(request, timeout: .seconds(20))
                #expect(answer.body == Array("12345678901".utf8))
            } else {
                let error = try await failure(of: transport, request)
                #expect(error.kind == .tooLarge)
                #expect(error.description.contains("larger than 10 bytes"))
            }
        }
    }

    @Test(arguments: [
        "HTTP/1.1 200 OK\r\nContent-Length: 52428800\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3200000\r\n",
        "HTTP/1.1 200 OK\r\n\r\n",
    ])
    func `50 MB are refused, and the connection is cut`(head: String) async throws {
        try await withServer(
            reply: { _ in .flood(head: head, bytes: 50 << 20) }
        ) { server, transport in
            let error = try await failure(of: transport, HTTPRequest(url: server.url))
            #expect(error.kind == .tooLarge)
            await server.event { $0 == .closed(0) }
        }
    }

    @Test(arguments: ["SSH-2.0-OpenSSH_9.2\r\n\r\n", "<html>\r\n\r\n", "HTTP/9.9 200 OK\r\n\r\n"])
    func `what is not HTTP is malformed`(answer: String) async throws {
        try await withServer(reply: { _ in .bytes(answer) }) { server, transport in
            let error = try await failure(of: transport, HTTPRequest(url: server.url))
            #expect(error.kind == .malformed)
        }
    }

    @Test(arguments: ["", "orders", "ftp://127.0.0.1/", "http://", "http:///path"])
    func `a URL that cannot be used is said to be so`(url: String) async throws {
        try await withTransport { transport in
            let error = try await failure(of: transport, HTTPRequest(url: url))
            #expect(error.kind == .invalidURL)
        }
    }

    @Test func `a header cannot smuggle another`() async throws {
        try await withServer(reply: { _ in .bytes(emptyAnswer) }) { server, transport in
            let error = try await failure(
                of: transport, HTTPRequest(url: server.url, headers: ["A": "b\r\nC: d"]))
            #expect(error.kind == .invalidURL)
        }
    }

    @Test func `beyond the connections allowed a request waits, then fails`() async throws {
        var options = NIOTransport.Options()
        options.connectionsPerHost = 1
        // The time for connecting is that for waiting too, and a busy machine connects slowly.
        options.connectTimeout = .seconds(2)
        try await withServer(options, reply: { _ in .silence }) { server, transport in
            async let first = failure(
                of: transport, HTTPRequest(url: server.url), timeout: .seconds(60))
            await server.event { if case .request = $0 { true } else { false } }
            let error = try await failure(of: transport, HTTPRequest(url: server.url))
            #expect(error.kind == .timeout)
            #expect(error.description.contains("no connection became free"))
            await transport.shutdown()
            let cut = try await first
            #expect(cut.kind == .cancelled)
        }
    }
}
