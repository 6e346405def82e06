import HTTP
import HTTPTransport
import Testing

@Suite(.timeLimit(.minutes(1)))
struct LifecycleTests {
    @Test func `cancelling the task cuts the connection`() async throws {
        try await withServer(reply: { _ in .silence }) { server, transport in
            let poll = Task {
                try await failure(of: transport, HTTPRequest(url: server.url))
            }
            await server.event { if case .request = $0 { true } else { false } }
            poll.cancel()
            let cut = try await poll.value
            #expect(cut.kind == .cancelled)
            await server.event { $0 == .closed(0) }
        }
    }

    @Test func `a cancelled task sends nothing`() async throws {
        try await withServer(reply: { _ in .bytes(emptyAnswer) }) { server, transport in
            let task = Task {
                withUnsafeCurrentTask { $0?.cancel() }
                return try await failure(of: transport, HTTPRequest(url: server.url))
            }
            let refused = try await task.value
            #expect(refused.kind == .cancelled)
            // The first connection that the server sees is that of the next request.
            _ = try await transport.send(HTTPRequest(url: server.url), timeout: .seconds(20))
            let event = await server.event { _ in true }
            #expect(event == .connected(0))
            let next = await server.event { _ in true }
            guard case .request(connection: 0, _)? = next else {
                Issue.record("expected the request, not \(String(describing: next))")
                return
            }
        }
    }

    @Test func `a shutdown ends what is under way and refuses what comes after`() async throws {
        try await withServer(reply: { _ in .silence }) { server, transport in
            let poll = Task {
                try await failure(of: transport, HTTPRequest(url: server.url))
            }
            await server.event { if case .request = $0 { true } else { false } }
            await transport.shutdown()
            let cut = try await poll.value
            #expect(cut.kind == .cancelled)
            let error = try await failure(of: transport, HTTPRequest(url: server.url))
            #expect(error.kind == .cancelled)
        }
    }
}
