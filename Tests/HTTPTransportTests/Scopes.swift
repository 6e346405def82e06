import HTTP
import HTTPTransport
import Testing

/// Runs the body with a transport and shuts it down after it.
func withTransport(
    _ options: AsyncHTTPTransport.Options = AsyncHTTPTransport.Options(),
    _ body: (AsyncHTTPTransport) async throws -> Void
) async throws {
    let transport = AsyncHTTPTransport(options)
    do {
        try await body(transport)
    } catch {
        await transport.shutdown()
        throw error
    }
    await transport.shutdown()
}

/// Runs the body with a server that answers the n-th request so, and a transport.
func withServer(
    _ options: AsyncHTTPTransport.Options = AsyncHTTPTransport.Options(),
    reply: @escaping @Sendable (_ request: Int) -> RawServer.Reply,
    _ body: (RawServer, AsyncHTTPTransport) async throws -> Void
) async throws {
    let server = try await RawServer(reply: reply)
    try await withTransport(options) { transport in
        try await body(server, transport)
    }
    try await server.stop()
}

/// The error of a send that must fail.
func failure(
    of transport: AsyncHTTPTransport, _ request: HTTPRequest,
    timeout: Duration = .seconds(20), sourceLocation: SourceLocation = #_sourceLocation
) async throws -> TransportError {
    let error = await #expect(throws: TransportError.self, sourceLocation: sourceLocation) {
        _ = try await transport.send(request, timeout: timeout)
    }
    return try #require(error, sourceLocation: sourceLocation)
}

/// The error of a connection that must fail.
func refusal(
    of transport: AsyncHTTPTransport, _ url: String,
    sourceLocation: SourceLocation = #_sourceLocation
) async throws -> TransportError {
    let error = await #expect(throws: TransportError.self, sourceLocation: sourceLocation) {
        try await transport.connect(to: url)
    }
    return try #require(error, sourceLocation: sourceLocation)
}

let emptyAnswer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
