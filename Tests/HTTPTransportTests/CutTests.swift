import HTTP
import HTTPTransport
import NIOCore
import NIOPosix
import Testing

/// Connections that end, and answers that come, when nobody expects it.
@Suite(.timeLimit(.minutes(1)))
struct CutTests {
    @Test(arguments: [
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}",
        "HTTP/1.1 103 x\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
            + "2\r\n{}\r\n0\r\n\r\n",
    ])
    func `an answer that is cut at any byte is an error, and one that is not is none`(
        answer: String
    ) async throws {
        let bytes = Array(answer.utf8)
        try await withServer(
            reply: { .bytesThenClose(String(decoding: bytes[..<$0], as: UTF8.self)) }
        ) { server, transport in
            for _ in bytes.indices {
                let error = try await failure(of: transport, HTTPRequest(url: server.url))
                #expect(error.kind == .closed)
            }
            let response = try await transport.send(
                HTTPRequest(url: server.url), timeout: .seconds(20))
            #expect(response.body == Array("{}".utf8))
        }
    }

    @Test(arguments: [RawServer.HangUp.Reading.stops, .goesOn])
    func `an answer that comes before the body has gone is told, and the connection not kept`(
        reading: RawServer.HangUp.Reading
    ) async throws {
        let refusal = "HTTP/1.1 413 Content Too Large\r\nContent-Length: 2\r\n\r\nno"
        let server = try await RawServer(hangUp: .withEarlyAnswer(refusal, reading)) { _ in
            .silence
        }
        try await withTransport { transport in
            let request = HTTPRequest(
                url: server.url, body: Array(repeating: UInt8(ascii: "x"), count: 64 << 20))
            for number in 0..<2 {
                let response = try await transport.send(request, timeout: .seconds(20))
                #expect(response.status == 413)
                #expect(response.body == Array("no".utf8))
                #expect(await server.event { $0 == .connected(number) } != nil)
            }
        }
        try await server.stop()
    }

    @Test func `a body of 2 MiB goes out whole`() async throws {
        let body = String(repeating: "0123456789abcdef", count: 1 << 17)
        try await withServer(reply: { _ in .bytes(emptyAnswer) }) { server, transport in
            for _ in 0..<2 {
                let response = try await transport.send(
                    HTTPRequest(url: server.url, body: Array(body.utf8)), timeout: .seconds(50))
                #expect(response.status == 200)
                let event = await server.event { if case .request = $0 { true } else { false } }
                guard case .request(connection: 0, let text)? = event else {
                    Issue.record("another connection was used")
                    return
                }
                #expect(text.utf8.suffix(body.utf8.count).elementsEqual(body.utf8))
            }
        }
    }

    @Test func `a connection is used no longer than its time`() async throws {
        var options = NIOTransport.Options()
        options.idleTimeout = .milliseconds(50)
        try await withServer(options, reply: { _ in .bytes(emptyAnswer) }) { server, transport in
            for number in 0..<2 {
                _ = try await transport.send(HTTPRequest(url: server.url), timeout: .seconds(20))
                #expect(await server.event { $0 == .closed(number) } != nil)
            }
        }
    }

    @Test func `of several connections the one that was used last is used first`() async throws {
        try await withServer(reply: { _ in .bytes(emptyAnswer) }) { server, transport in
            let request = HTTPRequest(url: server.url)
            async let first = transport.send(request, timeout: .seconds(20))
            async let second = transport.send(request, timeout: .seconds(20))
            _ = try await (first, second)
            var last: Int?
            for _ in 0..<20 {
                _ = try await transport.send(request, timeout: .seconds(20))
            }
            for number in 0..<22 {
                let event = await server.event { if case .request = $0 { true } else { false } }
                guard case .request(let connection, _)? = event, number >= 2 else { continue }
                #expect(last == nil || connection == last)
                last = connection
            }
        }
    }

    @Test func `on its own loop a request goes out and its answer comes back in place`()
        async throws
    {
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let server = try await RawServer { _ in .bytes(emptyAnswer) }
        let transport = NIOTransport(eventLoop: loop)
        let url = server.url
        try await withTaskExecutorPreference(LoopExecutor(loop: loop)) {
            for _ in 0..<20 {
                let response = try await transport.send(
                    HTTPRequest(url: url), timeout: .seconds(20))
                #expect(response.status == 200)
                #expect(loop.inEventLoop)
            }
            await transport.shutdown()
            let error = await #expect(throws: TransportError.self) {
                try await transport.send(HTTPRequest(url: url), timeout: .seconds(20))
            }
            #expect(error?.kind == .cancelled)
        }
        #expect(await server.event { $0 == .closed(0) } != nil)
        try await server.stop()
    }

    @Test(arguments: [
        HTTPRequest(method: "GET /x HTTP/1.1\r\nA: b\r\n\r\nGET", url: "http://127.0.0.1:1/"),
        HTTPRequest(method: "", url: "http://127.0.0.1:1/"),
        HTTPRequest(url: "http://127.0.0.1:1/ HTTP/1.1\r\nA: b\r\n\r\n"),
        HTTPRequest(url: "http://127.0.0.1:1/a b"), HTTPRequest(url: "http://127.0.0.1:1/\0"),
        HTTPRequest(url: "http://127.0.0.1:1/ä"),
        HTTPRequest(url: "http://127.0.0.1:1/", headers: ["A\r\nB": "c"]),
        HTTPRequest(url: "http://127.0.0.1:1/", headers: ["A": "b\nC: d"]),
        HTTPRequest(url: "http://127.0.0.1:1/", headers: ["A": "b\0"]),
        HTTPRequest(url: "http://127.0.0.1:1/", headers: ["": "b"]),
        HTTPRequest(url: "http://127.0.0.1:1/", headers: ["A:": "b"]),
    ])
    func `nothing in a request can begin another`(request: HTTPRequest) async throws {
        try await withTransport { transport in
            let error = try await failure(of: transport, request)
            #expect(error.kind == .invalidURL)
        }
    }

    @Test func `what a request says of its length itself does not count`() async throws {
        try await withServer(reply: { _ in .bytes(emptyAnswer) }) { server, transport in
            let headers: HTTPHeaders = [
                "content-length": "5", "Transfer-Encoding": "chunked", "Connection": "close",
            ]
            for number in 0..<2 {
                _ = try await transport.send(
                    HTTPRequest(url: server.url, headers: headers, body: Array("{}".utf8)),
                    timeout: .seconds(20))
                let event = await server.event { if case .request = $0 { true } else { false } }
                #expect(
                    event
                        == .request(
                            connection: number,
                            text: "POST / HTTP/1.1\r\nHost: 127.0.0.1:\(server.port)\r\n"
                                + "Connection: close\r\nContent-Length: 2\r\n\r\n{}"))
            }
        }
    }
}

/// Runs tasks on an event loop.
private final class LoopExecutor: TaskExecutor {
    private let loop: any EventLoop

    init(loop: any EventLoop) {
        self.loop = loop
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        loop.execute { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
