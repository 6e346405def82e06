internal import HTTPServer
package import Logging

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
    /// A runtime has one or two. What opens so many holds descriptors that handlers need.
    private static let mostConnections = 128

    /// Some runtimes tell the cause of an error for X-Ray in a header, with its stack trace.
    private static let largestHead = 128 << 10

    private let listener: HTTPListener

    /// `HOST:PORT`
    package var address: String { "\(Self.host):\(listener.port ?? 0)" }

    /// Returns when the server listens.
    package static func start(
        _ delegate: some Delegate, logger: Logger
    ) async throws(Failure) -> RuntimeServer {
        let service = HTTPListener.Service(
            name: "the function's Runtime API",
            // A process waits for its next message as long as that takes.
            limits: ConnectionLimits(
                connections: mostConnections, head: largestHead, body: LambdaSettings.answerLimit,
                requestTime: nil, idleTime: nil),
            // Connections that another user of this machine has made are cut before they can ask
            // anything.
            admits: { LoopbackPeer.isOwn(port: $0, ownPort: $1) },
            answer: { request in
                guard RuntimeRequest.isProgram(request.headers) else {
                    return RuntimeAnswer.foreign.answer
                }
                return await answer(to: RuntimeRequest(request), delegate).answer
            })
        do throws(HTTPListener.Failure) {
            return RuntimeServer(
                try await HTTPListener.open(
                    .address(host: host, port: 0), service, logger: logger))
        } catch {
            throw Failure(description: error.description)
        }
    }

    private init(_ listener: HTTPListener) {
        self.listener = listener
    }

    /// Closes the port and cuts every connection. Requests that wait are to be answered before.
    func stop() async { await listener.close() }

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

extension RuntimeAnswer {
    fileprivate var answer: ServerAnswer {
        let isTyped = headers.contains { $0.name == "Content-Type" }
        let type = isTyped ? [] : [(name: "Content-Type", value: "application/json")]
        return ServerAnswer(status: status, headers: headers + type, body: .bytes(body))
    }
}
