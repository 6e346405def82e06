import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOPosix

/// The Runtime API of one process: an HTTP server on a loopback port of its own.
///
/// The port is the process's identity, as the API has no other. Whoever may connect to loopback on
/// this machine could speak in its place.
struct RuntimeServer: Sendable {
    /// What the server does with the calls of the process.
    protocol Delegate: Sendable {
        /// Returns when there is an invocation, or there will be none.
        func next() async throws(RuntimeAnswer) -> Invocation
        /// `nil`: the response was larger than Lambda takes.
        func respond(to requestID: String, with response: [UInt8]?) async throws(RuntimeAnswer)
        func fail(_ requestID: String, with report: [UInt8]) async throws(RuntimeAnswer)
        func failToStart(with report: [UInt8]) async throws(RuntimeAnswer)
    }

    /// The port could not be opened.
    struct Failure: Error {
        let description: String
    }

    private static let host = "127.0.0.1"

    /// `HOST:PORT`
    let address: String
    private let serving: Task<Void, Never>

    /// Returns when the server listens.
    static func start(_ delegate: some Delegate) async throws(Failure) -> RuntimeServer {
        let (ports, listening) = AsyncStream<Result<Int, Failure>>.makeStream()
        let server = Server(
            childChannelSetup: HTTP1Channel { request, writer, _ in
                let response = await respond(to: request, delegate)
                try await writer.write(response: response.head, body: response.body)
            },
            configuration: ServerConfiguration(address: .hostname(host, port: 0)),
            onServerRunning: { channel in
                listening.yield(.success(channel.localAddress?.port ?? 0))
            },
            eventLoopGroup: MultiThreadedEventLoopGroup.singleton,
            logger: Logger(label: "runtime-api") { _ in SwiftLogNoOpLogHandler() })
        let serving = Task {
            do {
                try await server.run()
            } catch {
                listening.yield(.failure(Failure(description: "\(error)")))
            }
            listening.finish()
        }
        for await port in ports {
            return RuntimeServer(address: "\(host):\(try port.get())", serving: serving)
        }
        throw Failure(description: "the server ended before it listened")
    }

    private init(address: String, serving: Task<Void, Never>) {
        self.address = address
        self.serving = serving
    }

    /// Closes the port and cuts every connection. Requests that wait are to be answered before.
    func stop() async {
        serving.cancel()
        await serving.value
    }
}

extension RuntimeServer {
    private static func respond(to request: Request, _ delegate: some Delegate) async -> Response {
        response(await answer(to: request, delegate))
    }

    private static func answer(
        to request: Request, _ delegate: some Delegate
    ) async -> RuntimeAnswer {
        do throws(RuntimeAnswer) {
            let call = try RuntimeCall(
                method: request.head.method.rawValue, path: request.head.path ?? "/")
            switch call {
            case .next:
                return try await delegate.next().answer
            case .response(let id):
                let body = try await body(of: request)
                try await delegate.respond(to: id, with: body)
                return body == nil ? .tooLarge : .accepted
            case .error(let id):
                try await delegate.fail(id, with: try await body(of: request) ?? [])
                return .accepted
            case .initError:
                try await delegate.failToStart(with: try await body(of: request) ?? [])
                return .accepted
            }
        } catch {
            return error
        }
    }

    /// `nil`: larger than is taken.
    private static func body(of request: Request) async throws(RuntimeAnswer) -> [UInt8]? {
        do {
            let buffer = try await request.body.collect(upTo: LambdaSettings.answerLimit)
            return Array(buffer.readableBytesView)
        } catch is NIOTooManyBytesError {
            return nil
        } catch {
            // Cut off: nobody is left to read this.
            throw .closed
        }
    }

    private static func response(_ answer: RuntimeAnswer) -> Response {
        typealias Name = HTTPFields.Element.Name
        var headers = HTTPFields()
        for (name, value) in answer.headers {
            if let name = Name(name) { headers[name] = value }
        }
        if headers[.contentType] == nil { headers[.contentType] = "application/json" }
        return Response(
            status: HTTPResponse.Status(code: answer.status), headers: headers,
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: answer.body)))
    }
}
