import HTTP
import Logging
import NIOCore
import NIOHTTP1

/// Tells a connection that it is to end, with the answer to a request that has come whole.
struct ServerEnds: Sendable {}

/// One connection of a server: puts requests together and writes their answers, one after the
/// other.
///
/// Callbacks rather than NIO's asynchronous channels: those stop the whole program when one is
/// dropped before it was taken, as happens to a connection that comes while its server ends.
final class ServerConnection: ChannelInboundHandler {
    /// What comes next of a connection.
    private enum Turn {
        /// The head of the first request.
        case first
        /// The end of a request.
        case request
        case answer
        /// The head of another request.
        case pause
    }

    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let service: HTTPListener.Service
    private let executor: (any TaskExecutor)?
    private let logger: Logger
    private var head: HTTPRequestHead?
    private var body: [UInt8] = []
    private var isTooLarge = false
    private var turn = Turn.first
    private var isEnding = false
    /// Closes the connection of a client that takes too long.
    private var alarm: Scheduled<Void>?
    /// Sends an answer in parts.
    private var sending: Task<Void, Never>?

    init(_ service: HTTPListener.Service, executor: (any TaskExecutor)?, _ logger: Logger) {
        self.service = service
        self.executor = executor
        self.logger = logger
    }

    func channelActive(context: ChannelHandlerContext) {
        guard isAdmitted(context) else {
            logger.warning(
                """
                a connection to \(service.name) was refused: it did not come from a process of \
                the daemon's user
                """)
            return context.close(promise: nil)
        }
        allow(service.limits.requestTime, context)
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        alarm?.cancel()
        sending?.cancel()
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            (self.head, body, isTooLarge) = (head, [], false)
            // The first has been given its time with the connection.
            if turn != .first { allow(service.limits.requestTime, context) }
            turn = .request
            if head.headers[canonicalForm: "Expect"] == ["100-continue"] { encourage(context) }
        case .body(let bytes):
            if body.count + bytes.readableBytes > service.limits.body {
                (body, isTooLarge) = ([], true)
            }
            if !isTooLarge { body += bytes.readableBytesView }
        case .end(let trailers):
            alarm?.cancel()
            turn = .answer
            if let head { respond(to: head, trailers: trailers, context) }
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard event is ServerEnds else { return context.fireUserInboundEventTriggered(event) }
        isEnding = true
        // What comes in parts may have no end.
        if turn != .answer || sending != nil { context.close(promise: nil) }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    private func isAdmitted(_ context: ChannelHandlerContext) -> Bool {
        // A Unix socket has no ports: who may open it is a matter of its mode.
        guard let ownPort = context.localAddress?.port else { return true }
        guard let port = context.remoteAddress?.port else { return false }
        return service.admits(port, ownPort)
    }

    /// What the client is to do next may take so long.
    private func allow(_ time: Duration?, _ context: ChannelHandlerContext) {
        alarm?.cancel()
        guard let time else { return }
        let channel = context.channel
        alarm = context.eventLoop.scheduleTask(in: TimeAmount(time)) {
            channel.close(promise: nil)
        }
    }

    /// Tells a client that waits with its body that it is wanted: curl does, for a second.
    private func encourage(_ context: ChannelHandlerContext) {
        let head = HTTPResponseHead(version: .http1_1, status: .continue)
        context.writeAndFlush(wrapOutboundOut(.head(head)), promise: nil)
    }
}

// MARK: Answers

extension ServerConnection {
    private func respond(
        to head: HTTPRequestHead, trailers: NIOHTTP1.HTTPHeaders?, _ context: ChannelHandlerContext
    ) {
        let request = IncomingRequest(
            method: head.method.rawValue, target: head.uri, headers: HTTP.HTTPHeaders(head.headers),
            body: isTooLarge ? nil : body, trailers: HTTP.HTTPHeaders(trailers ?? [:]))
        body = []
        let promise = context.eventLoop.makePromise(of: ServerAnswer.self)
        Task(executorPreference: executor) { [answer = service.answer] in
            promise.succeed(await answer(request))
        }
        promise.futureResult.assumeIsolated().whenSuccess { answer in
            self.write(answer, to: head, context)
        }
    }

    private func write(
        _ answer: ServerAnswer, to request: HTTPRequestHead, _ context: ChannelHandlerContext
    ) {
        guard context.channel.isActive else { return }
        var headers = NIOHTTP1.HTTPHeaders(answer.headers)
        var keepsAlive = request.isKeepAlive && !isEnding
        switch answer.body {
        case .bytes(let bytes): headers.add(name: "Content-Length", value: String(bytes.count))
        case .parts: keepsAlive = false
        }
        if !keepsAlive { headers.add(name: "Connection", value: "close") }
        let head = HTTPResponseHead(
            version: request.version, status: HTTPResponseStatus(statusCode: answer.status),
            headers: headers)
        allow(service.limits.answerTime, context)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        switch answer.body {
        case _ where request.method == .HEAD: end(keepsAlive: keepsAlive, context)
        case .bytes(let bytes):
            let buffer = context.channel.allocator.buffer(bytes: bytes)
            let written = context.writeAndFlush(wrapOutboundOut(.body(.byteBuffer(buffer))))
            // The end lets the next request in: not before the client has taken this answer, or
            // one that asks and never reads would fill the memory.
            written.assumeIsolated().whenSuccess { self.end(keepsAlive: keepsAlive, context) }
        case .parts(let parts):
            context.flush()
            send(parts, context)
        }
    }

    private func end(keepsAlive: Bool, _ context: ChannelHandlerContext) {
        turn = .pause
        let written = context.writeAndFlush(wrapOutboundOut(.end(nil)))
        written.assumeIsolated().whenComplete { _ in
            guard keepsAlive else { return context.close(promise: nil) }
            // One that was sent ahead has begun already.
            if self.turn == .pause { self.allow(self.service.limits.idleTime, context) }
        }
    }

    /// Each part when the one before is on its way: what a client does not read is not made.
    private func send(_ parts: AsyncStream<[UInt8]>, _ context: ChannelHandlerContext) {
        let channel = context.channel
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        let time = service.limits.answerTime
        sending = Task(executorPreference: executor) {
            for await part in parts {
                let written = channel.eventLoop.flatSubmit {
                    let (connection, context) = bound.value
                    connection.allow(time, context)
                    let buffer = channel.allocator.buffer(bytes: part)
                    return context.writeAndFlush(
                        connection.wrapOutboundOut(.body(.byteBuffer(buffer))))
                }
                guard (try? await written.get()) != nil else { return }
                channel.eventLoop.execute { bound.value.0.alarm?.cancel() }
            }
            channel.eventLoop.execute {
                let (connection, context) = bound.value
                if channel.isActive { connection.end(keepsAlive: false, context) }
            }
        }
    }
}

extension HTTP.HTTPHeaders {
    fileprivate init(_ headers: NIOHTTP1.HTTPHeaders) {
        self.init()
        for (name, value) in headers { add(name, value) }
    }
}
