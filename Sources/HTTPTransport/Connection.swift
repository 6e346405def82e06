import HTTP
import NIOCore
import NIOSSL
import NIOTLS

/// One connection: carries one request after the other, and takes their answers apart.
///
/// The last handler of its channel, above that of TLS. Bound to the channel's event loop.
final class Connection: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// Requests up to this are taken by the system as they are written, as the buffers of sockets
    /// are larger (tcp(7), tcp_wmem). Of larger ones the end is watched, so that a connection on
    /// which some of a request has yet to go out is not used for another.
    private static let unwatchedBytes = 16 << 10

    /// Where it belongs once it is open.
    var pool: Pool?
    private var opening: Opening?
    private let route: Route
    private let options: NIOTransport.Options
    /// Whether requests can be sent.
    private(set) var isReady = false
    /// Whether a proxy has made a connection to the server.
    private(set) var isTunnelled = false
    /// Why none can be sent any more.
    private(set) var failure: TransportError?
    private(set) var exchange: Exchange?
    /// When the last answer was over.
    private(set) var idleSince = NIODeadline.now()
    private var parser: AnswerParser?
    private var context: ChannelHandlerContext?
    private var served = 0
    private var hasArrived = false
    private var lastArrival = NIODeadline.now()
    private var isWriting = false
    /// Whether no other request can be sent, as the connection has ended or something came that is
    /// part of no answer.
    private var isSpent = false

    init(_ opening: Opening) {
        self.opening = opening
        route = opening.route
        options = opening.client.options
    }

    // MARK: Requests

    /// Sends a request. There must be none under way.
    func start(_ exchange: Exchange) {
        guard let context, let pool, failure == nil else {
            return exchange.end(
                .failure(TransportError(ending: exchange.name, isStale: served > 0)))
        }
        self.exchange = exchange
        self.exchange?.bytes = ByteBuffer()
        hasArrived = false
        parser = AnswerParser(
            method: exchange.ticket.request.method,
            limits: AnswerParser.Limits(
                body: exchange.ticket.request.answerLimit ?? options.answerLimit,
                start: options.keepsBodies ? nil : options.startLimit))
        pool.client.alarm.note(exchange.ticket.deadline)
        if let silence = options.inactivityTimeout {
            lastArrival = .now()
            pool.client.alarm.note(lastArrival + TimeAmount(silence))
        }
        let bytes = wrapOutboundOut(exchange.bytes)
        if exchange.bytes.readableBytes > Self.unwatchedBytes {
            isWriting = true
            context.writeAndFlush(bytes).assumeIsolated().whenSuccess { self.isWriting = false }
        } else {
            // What fails of it is told by the channel's end.
            context.writeAndFlush(bytes, promise: nil)
        }
        pool.client.reuse(exchange.bytes)
    }

    /// Ends the request, if there is one, and the connection.
    func fail(_ error: TransportError) {
        let exchange = self.exchange.take()
        close(error)
        exchange?.end(.failure(error))
    }

    /// Ends the request if it has lasted too long, and sees to it that it is looked at again.
    func check(_ now: NIODeadline) {
        guard let exchange, let pool else { return }
        if exchange.ticket.deadline <= now { return fail(.noAnswer(exchange)) }
        pool.client.alarm.note(exchange.ticket.deadline)
        guard let silence = options.inactivityTimeout else { return }
        let limit = lastArrival + TimeAmount(silence)
        if limit <= now {
            return fail(
                TransportError(.timeout, "\(exchange.name): nothing arrived for \(silence)"))
        }
        pool.client.alarm.note(limit)
    }

    /// Ends the connection, on which no request is under way.
    func close() {
        close(TransportError(.closed, "the connection is over"))
    }

    private func close(_ error: TransportError) {
        guard failure == nil else { return }
        failure = error
        parser = nil
        context?.close(promise: nil)
        pool?.remove(self)
        opening.take()?.changed(self)
    }

    /// The answer is whole.
    private func finish(_ parser: AnswerParser) {
        guard let exchange = exchange.take(), let pool else { return }
        served += 1
        let response = HTTPResponse(
            status: parser.head.status, headers: HTTPHeaders(lines: parser.head.lines),
            body: parser.body)
        self.parser = nil
        // An answer may come before all of its request went out, which nobody wants any more.
        if parser.keepsConnection, !isSpent, !isWriting, !exchange.closesConnection,
            failure == nil
        {
            idleSince = .now()
            pool.release(self)
        } else {
            close()
        }
        if route.destination.proxy != nil, response.status == 407 {
            let reason = "\(route.way) \(Tunnel.refusal(407))"
            exchange.end(.failure(TransportError(.unreachable, reason)))
        } else {
            exchange.end(.success(response))
        }
    }

    // MARK: The channel

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
    }

    func channelActive(context: ChannelHandlerContext) {
        if !route.destination.hasHandshake { becomeReady() }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event is Tunnel.Opened { isTunnelled = true }
        if case .handshakeCompleted? = event as? TLSUserEvent { becomeReady() }
    }

    private func becomeReady() {
        isReady = true
        idleSince = .now()
        opening.take()?.changed(self)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard failure == nil else { return }
        let bytes = unwrapInboundIn(data)
        guard exchange != nil, parser?.state == .incomplete else {
            isSpent = true
            // Nobody asked.
            if exchange == nil { close() }
            return
        }
        hasArrived = true
        if options.inactivityTimeout != nil { lastArrival = .now() }
        let taken = bytes.withUnsafeReadableBytes { parser?.take($0) ?? 0 }
        if taken < bytes.readableBytes { isSpent = true }
        if case .faulty(let fault)? = parser?.state, let exchange {
            fail(TransportError(fault, exchange.name))
        }
    }

    /// What was there to be read has been: all that belongs to the answer, and what does not.
    func channelReadComplete(context: ChannelHandlerContext) {
        if let parser, parser.state == .complete { finish(parser) }
    }

    func channelInactive(context: ChannelHandlerContext) {
        isSpent = true
        parser?.takeEnd()
        if let parser, parser.state == .complete { return finish(parser) }
        end(nil)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        isSpent = true
        if let parser, parser.state == .complete { return finish(parser) }
        end(error)
    }

    /// The connection has ended before the answer, or without any request.
    private func end(_ error: (any Error)?) {
        let name = isReady || isTunnelled ? route.name : route.way
        if let error = error as? TransportError {
            fail(error)
        } else if let error, TLSTrouble.isCause(of: error) {
            fail(TransportError(tls: error, name, options))
        } else if route.destination.hasHandshake, !isReady {
            fail(TransportError(.tls, "\(name): \(TLSTrouble.cut)"))
        } else {
            fail(TransportError(ending: name, isStale: served > 0 && !hasArrived))
        }
    }
}
