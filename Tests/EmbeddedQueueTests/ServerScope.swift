import EmbeddedQueue

/// Runs a server with a queue `q`, known as `queue.test`, for as long as the body.
func withServer(
    queues: [String] = ["q"], limits: ServerLimits = ServerLimits(),
    _ body: @escaping @Sendable (EmbeddedQueueServer, Int) async throws -> Void
) async throws {
    var configuration = EmbeddedQueueServer.Configuration(port: 0, queues: queues)
    configuration.names = ["queue.test"]
    configuration.limits = limits
    let server = EmbeddedQueueServer(configuration)
    let (ports, port) = AsyncStream<Int>.makeStream()
    try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask {
            defer { port.finish() }
            try await server.run { port.yield($0) }
        }
        for await port in ports {
            do {
                try await body(server, port)
            } catch {
                await server.stop()
                throw error
            }
            await server.stop()
        }
        try await group.waitForAll()
    }
}
