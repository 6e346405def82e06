import EmbeddedQueue

/// The server ended before it listened.
private struct NeverListened: Error {}

/// Runs a server with a queue `q`, known as `queue.test`, for as long as the body.
func withServer<Result: Sendable>(
    queues: [String] = ["q"], limits: ServerLimits = ServerLimits(), allowsReset: Bool = false,
    _ body: @escaping @Sendable (EmbeddedQueueServer, Int) async throws -> Result
) async throws -> Result {
    var configuration = EmbeddedQueueServer.Configuration(port: 0, queues: queues)
    configuration.names = ["queue.test"]
    configuration.limits = limits
    configuration.allowsReset = allowsReset
    let server = EmbeddedQueueServer(configuration)
    let (ports, port) = AsyncStream<Int>.makeStream()
    return try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask {
            defer { port.finish() }
            try await server.run { port.yield($0) }
        }
        var result: Result?
        for await port in ports {
            do {
                result = try await body(server, port)
            } catch {
                await server.stop()
                throw error
            }
            await server.stop()
        }
        try await group.waitForAll()
        guard let result else { throw NeverListened() }
        return result
    }
}

/// Awaits what the server comes to by itself.
func until(_ condition: () -> Bool) async {
    while !condition(), !Task.isCancelled { await Task.yield() }
}
