internal import Logging
internal import NIOCore
internal import NIOHTTP1

/// One request of the Runtime API.
struct RuntimeRequest: Sendable {
    let method: String
    let path: String
    /// `nil`: larger than is taken.
    let body: [UInt8]?
    /// The header of an error report.
    let errorType: String?
    /// The trailers of a response that failed while it was streamed.
    let failure: StreamFailure?
}

/// What a runtime says after a response that it could not finish.
///
/// Source: AWS Lambda Developer Guide, "Building a custom runtime", response streaming.
struct StreamFailure: Sendable {
    let type: String?
    /// An error report, in Base64.
    let body: String?

    /// `nil`: the trailers tell of no failure.
    init?(_ trailers: HTTPHeaders) {
        type = trailers.first(name: ErrorHeader.type)
        body = trailers.first(name: ErrorHeader.body)
        if type == nil, body == nil { return nil }
    }
}

private enum ErrorHeader {
    static let type = "Lambda-Runtime-Function-Error-Type"
    static let body = "Lambda-Runtime-Function-Error-Body"
}

/// One connection to a Runtime API: puts requests together and writes their answers, one after the
/// other.
///
/// Callbacks rather than NIO's asynchronous channels: those stop the whole program when one is
/// dropped before it was taken, as happens to a connection that comes while its server ends.
final class RuntimeConnection: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let answer: @Sendable (RuntimeRequest) async -> RuntimeAnswer
    private let logger: Logger
    private var head: HTTPRequestHead?
    private var body: [UInt8] = []
    private var isTooLarge = false

    init(logger: Logger, answer: @escaping @Sendable (RuntimeRequest) async -> RuntimeAnswer) {
        self.logger = logger
        self.answer = answer
    }

    /// Connections that another user of this machine has made are cut before they can ask anything.
    func channelActive(context: ChannelHandlerContext) {
        if let port = context.remoteAddress?.port, let ownPort = context.localAddress?.port,
            LoopbackPeer.isOwn(port: port, ownPort: ownPort)
        {
            context.fireChannelActive()
        } else {
            logger.warning(
                """
                a connection to the function's Runtime API was refused: it did not come from a \
                process of the daemon's user
                """)
            context.close(promise: nil)
        }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            (self.head, body, isTooLarge) = (head, [], false)
            if head.headers[canonicalForm: "Expect"] == ["100-continue"] { encourage(context) }
        case .body(let bytes):
            if body.count + bytes.readableBytes > LambdaSettings.answerLimit {
                (body, isTooLarge) = ([], true)
            }
            if !isTooLarge { body += bytes.readableBytesView }
        case .end(let trailers):
            guard let head else { return }
            respond(to: head, trailers: trailers, context)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    /// Whether no web page asks: browsers send its origin and, where its name leads here, that
    /// name, which has a dot. What a runtime's own client calls this machine does not matter.
    private static func isProgram(_ headers: HTTPHeaders) -> Bool {
        guard !headers.contains(name: "Origin") else { return false }
        let host = headers.first(name: "Host").map { String($0.prefix { $0 != ":" }) } ?? ""
        return !host.contains(".") || (try? SocketAddress(ipAddress: host, port: 0)) != nil
    }

    /// Tells a client that waits with its body that it is wanted: curl does, for a second.
    private func encourage(_ context: ChannelHandlerContext) {
        let head = HTTPResponseHead(version: .http1_1, status: .continue)
        context.writeAndFlush(wrapOutboundOut(.head(head)), promise: nil)
    }

    private func respond(
        to head: HTTPRequestHead, trailers: HTTPHeaders?, _ context: ChannelHandlerContext
    ) {
        let request = RuntimeRequest(
            method: head.method.rawValue, path: head.uri, body: isTooLarge ? nil : body,
            errorType: head.headers.first(name: ErrorHeader.type),
            failure: trailers.flatMap(StreamFailure.init))
        body = []
        guard Self.isProgram(head.headers) else { return write(.foreign, to: head, context) }
        let promise = context.eventLoop.makePromise(of: RuntimeAnswer.self)
        promise.completeWithTask { [answer] in await answer(request) }
        promise.futureResult.assumeIsolated().whenSuccess { answer in
            self.write(answer, to: head, context)
        }
    }

    private func write(
        _ answer: RuntimeAnswer, to request: HTTPRequestHead, _ context: ChannelHandlerContext
    ) {
        var headers = HTTPHeaders(answer.headers)
        if !headers.contains(name: "Content-Type") {
            headers.add(name: "Content-Type", value: "application/json")
        }
        headers.add(name: "Content-Length", value: String(answer.body.count))
        if !request.isKeepAlive { headers.add(name: "Connection", value: "close") }
        let head = HTTPResponseHead(
            version: request.version, status: HTTPResponseStatus(statusCode: answer.status),
            headers: headers)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        let body = context.channel.allocator.buffer(bytes: answer.body)
        context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil)
        let written = context.writeAndFlush(wrapOutboundOut(.end(nil)))
        guard !request.isKeepAlive else { return }
        written.assumeIsolated().whenComplete { _ in context.close(promise: nil) }
    }
}
