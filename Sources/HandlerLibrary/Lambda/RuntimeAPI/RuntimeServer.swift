package import Logging
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
private import Synchronization

/// The Runtime API of one process: an HTTP server on a loopback port of its own.
///
/// The port is the process's identity, as the API has no other: what runs as the daemon's user
/// could speak in its place. Connections of other users are cut.
package final class RuntimeServer: Sendable {
    /// What the server does with the calls of the process.
    package protocol Delegate: Sendable {
        /// Returns when there is an invocation, or there will be none.
        func next() async throws(RuntimeAnswer) -> Invocation
        func respond(to requestID: String, with answer: FunctionAnswer) async throws(RuntimeAnswer)
        /// - Parameter error: the type and message.
        func failToStart(with error: String) async throws(RuntimeAnswer)
    }

    /// The port could not be opened.
    package struct Failure: Error {
        let description: String
    }

    private static let host = "127.0.0.1"

    private let listener: any Channel
    private let connections: Connections

    /// `HOST:PORT`
    package var address: String { "\(Self.host):\(listener.localAddress?.port ?? 0)" }

    /// Returns when the server listens.
    package static func start(
        _ delegate: some Delegate, logger: Logger
    ) async throws(Failure) -> RuntimeServer {
        let connections = Connections()
        let bootstrap = ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelInitializer { listener in
                listener.eventLoop.makeCompletedFuture {
                    try listener.pipeline.syncOperations.addHandler(AcceptPause(logger))
                }
            }
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    // One request at a time, and an answer to what is no HTTP.
                    try pipeline.configureHTTPServerPipeline(
                        withPipeliningAssistance: true, withErrorHandling: true)
                    try pipeline.addHandler(
                        RuntimeConnection(logger: logger) { await answer(to: $0, delegate) })
                    connections.add(channel)
                }
            }
        do {
            let listener = try await bootstrap.bind(host: host, port: 0).get()
            return RuntimeServer(listener: listener, connections: connections)
        } catch {
            throw Failure(description: "\(error)")
        }
    }

    private init(listener: any Channel, connections: Connections) {
        self.listener = listener
        self.connections = connections
    }

    /// Closes the port and cuts every connection. Requests that wait are to be answered before.
    func stop() async {
        try? await listener.close()
        connections.close()
    }

    private static func answer(
        to request: RuntimeRequest, _ delegate: some Delegate
    ) async -> RuntimeAnswer {
        do throws(RuntimeAnswer) {
            switch try RuntimeCall(method: request.method, path: request.path) {
            case .next:
                return try await delegate.next().answer
            case .response(let id):
                try await delegate.respond(to: id, with: response(in: request))
                return request.body == nil ? .tooLarge : .accepted
            case .error(let id):
                try await delegate.respond(to: id, with: raised(request))
                return .accepted
            case .initError:
                try await delegate.failToStart(with: error(in: request))
                return .accepted
            }
        } catch {
            return error
        }
    }

    private static func response(in request: RuntimeRequest) -> FunctionAnswer {
        if let failure = request.failure {
            return .error(FunctionError.text(type: failure.type, base64: failure.body))
        }
        return request.body.map { .response($0) } ?? .tooLarge
    }

    private static func raised(_ request: RuntimeRequest) -> FunctionAnswer {
        .error(error(in: request), stack: FunctionError.stack(of: request.body ?? []))
    }

    private static func error(in request: RuntimeRequest) -> String {
        FunctionError.text(of: request.body ?? [], type: request.errorType)
    }
}

/// The open connections of one server.
private final class Connections: Sendable {
    /// A runtime has one or two. What opens so many holds descriptors that handlers need.
    private static let most = 128

    private struct State {
        var open: [ObjectIdentifier: any Channel] = [:]
        var isOver = false
    }

    private let state = Mutex(State())

    /// Keeps the connection until it is closed; one too many, or one that comes after ``close()``,
    /// is closed at once.
    func add(_ channel: any Channel) {
        let isKept = state.withLock { state in
            guard !state.isOver, state.open.count < Self.most else { return false }
            state.open[ObjectIdentifier(channel)] = channel
            return true
        }
        guard isKept else { return channel.close(promise: nil) }
        channel.closeFuture.whenComplete { _ in
            self.state.withLock { $0.open[ObjectIdentifier(channel)] = nil }
        }
    }

    func close() {
        let open = state.withLock { state in
            defer { state = State(open: [:], isOver: true) }
            return state.open
        }
        for channel in open.values { channel.close(promise: nil) }
    }
}
