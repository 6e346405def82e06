import AWS
import HTTP
import HTTPTypes
import HummingbirdCore
import Logging
import NIOCore
import NIOPosix
import Synchronization

/// An HTTP server on a port of its own, on loopback, for the time of a test.
struct LocalServer: Sendable {
    let url: String
    private let log: RequestLog

    /// All that was asked, in order.
    var requests: [HTTP.HTTPRequest] { log.requests.withLock { $0 } }

    fileprivate final class RequestLog: Sendable {
        let requests = Mutex<[HTTP.HTTPRequest]>([])
    }

    /// Runs `body` while a server answers with what `answer` makes of each request. The request's
    /// `url` is path and query alone.
    static func with<Value: Sendable>(
        _ answer: @escaping @Sendable (HTTP.HTTPRequest) -> HTTP.HTTPResponse,
        _ body: @Sendable (LocalServer) async throws -> Value
    ) async throws -> Value {
        let log = RequestLog()
        let (ports, port) = AsyncStream<Int>.makeStream()
        var quiet = Logger(label: "test")
        quiet.logLevel = .critical
        let channel = HTTP1Channel(
            responder: { request, writer, _ in
                let request = try await HTTP.HTTPRequest(request)
                log.requests.withLock { $0.append(request) }
                let response = Response(answer(request))
                try await writer.write(response: response.head, body: response.body)
            })
        let server = Server(
            childChannelSetup: channel,
            configuration: ServerConfiguration(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { port.yield($0.localAddress?.port ?? 0) },
            eventLoopGroup: MultiThreadedEventLoopGroup.singleton, logger: quiet)
        return try await withThrowingTaskGroup(of: Value?.self) { group in
            group.addTask {
                try await server.run()
                return nil
            }
            var iterator = ports.makeAsyncIterator()
            let number = await iterator.next() ?? 0
            let value = try await body(
                LocalServer(url: "http://127.0.0.1:\(number)", log: log))
            group.cancelAll()
            return value
        }
    }
}

extension HTTP.HTTPRequest {
    fileprivate init(_ request: Request) async throws {
        let body = try await request.body.collect(upTo: 1_048_576)
        self.init(
            method: request.method.rawValue, url: request.uri.string,
            body: Array(body.readableBytesView))
        for field in request.headers { headers.add(field.name.rawName, field.value) }
    }
}

extension Response {
    fileprivate init(_ response: HTTP.HTTPResponse) {
        self.init(
            status: .init(code: response.status),
            body: .init(byteBuffer: ByteBuffer(bytes: response.body)))
    }
}
