import HTTP
import HTTPTransport
import Testing

/// Runs the body with a transport and shuts it down after it.
func withTransport(
    _ options: NIOTransport.Options = NIOTransport.Options(),
    _ body: (NIOTransport) async throws -> Void
) async throws {
    let transport = NIOTransport(options)
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
    _ options: NIOTransport.Options = NIOTransport.Options(),
    reply: @escaping @Sendable (_ request: Int) -> RawServer.Reply,
    _ body: (RawServer, NIOTransport) async throws -> Void
) async throws {
    let server = try await RawServer(reply: reply)
    try await withTransport(options) { transport in
        try await body(server, transport)
    }
    try await server.stop()
}

/// The error of a send that must fail.
func failure(
    of transport: NIOTransport, _ request: HTTPRequest,
    timeout: Duration = .seconds(20), sourceLocation: SourceLocation = #_sourceLocation
) async throws -> TransportError {
    let error = await #expect(throws: TransportError.self, sourceLocation: sourceLocation) {
        _ = try await transport.send(request, timeout: timeout)
    }
    return try #require(error, sourceLocation: sourceLocation)
}

/// The error of a connection that must fail.
func refusal(
    of transport: NIOTransport, _ url: String,
    sourceLocation: SourceLocation = #_sourceLocation
) async throws -> TransportError {
    let error = await #expect(throws: TransportError.self, sourceLocation: sourceLocation) {
        try await transport.connect(to: url)
    }
    return try #require(error, sourceLocation: sourceLocation)
}

let emptyAnswer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
