import HTTP
import NIOCore
import NIOSSL
import NIOTLS

/// Asks a proxy for a connection to a server (RFC 9110, 9.3.6), begins TLS with the server when
/// there is one, and goes.
///
/// What is behind it in its channel sees neither the proxy's TLS nor its answer, only a
/// `TransportError` where there is no connection. Bound to its event loop.
final class Tunnel: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// The server was reached.
    struct Opened {}

    /// What a proxy says of a refusal is let pass.
    private static let limits = AnswerParser.Limits(body: 0, start: 0)

    private let proxy: Proxy
    private let target: String
    private let name: String
    private let beginTLS: () throws -> NIOSSLClientHandler
    private var parser = AnswerParser(method: "CONNECT", limits: limits)
    private var isOver = false

    /// - Parameters:
    ///   - target: `HOST:PORT` of the server.
    ///   - name: what errors call the way to the proxy.
    ///   - beginTLS: makes the handler for TLS with the server.
    init(
        _ proxy: Proxy, target: String, name: String,
        beginTLS: @escaping () throws -> NIOSSLClientHandler
    ) {
        self.proxy = proxy
        self.target = target
        self.name = name
        self.beginTLS = beginTLS
    }

    func channelActive(context: ChannelHandlerContext) {
        context.fireChannelActive()
        if !proxy.isTLS { ask(context) }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event is TLSUserEvent {
            ask(context)
        } else {
            context.fireUserInboundEventTriggered(event)
        }
    }

    private func ask(_ context: ChannelHandlerContext) {
        var request = "CONNECT \(target) HTTP/1.1\r\nHost: \(target)\r\n"
        if let authorization = proxy.authorization {
            request += "Proxy-Authorization: \(authorization)\r\n"
        }
        context.writeAndFlush(
            wrapOutboundOut(ByteBuffer(string: request + "\r\n")), promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isOver else { return context.fireChannelRead(data) }
        let bytes = unwrapInboundIn(data)
        let taken = bytes.withUnsafeReadableBytes { parser.take($0) }
        if case .faulty(.malformed(let reason)) = parser.state {
            fail(.malformed, "gave an answer that is not HTTP: \(reason)", context)
        } else if parser.head.status >= 300 {
            fail(.unreachable, Self.refusal(parser.head.status), context)
        } else if parser.state == .complete {
            guard taken == bytes.readableBytes else {
                return fail(.malformed, "said more than that there is a connection", context)
            }
            open(context)
        }
    }

    private func open(_ context: ChannelHandlerContext) {
        isOver = true
        context.fireUserInboundEventTriggered(Opened())
        do {
            let pipeline = context.pipeline.syncOperations
            try pipeline.addHandler(beginTLS(), position: .after(self))
            pipeline.removeHandler(context: context, promise: nil)
        } catch {
            context.fireErrorCaught(error)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard !isOver else { return context.fireErrorCaught(error) }
        if TLSTrouble.isCause(of: error) {
            fail(.tls, "cannot be used: \(TLSTrouble(error, authorities: nil))", context)
        } else {
            fail(.unreachable, "ended the connection", context)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        if !isOver { fail(.unreachable, "ended the connection", context) }
        context.fireChannelInactive()
    }

    private func fail(
        _ kind: TransportError.Kind, _ reason: String, _ context: ChannelHandlerContext
    ) {
        isOver = true
        context.fireErrorCaught(TransportError(kind, "\(name) \(reason)"))
    }

    /// Why a proxy made no connection, by the status that it answered.
    static func refusal(_ status: Int) -> String {
        switch status {
        case 407: "wants a user name and a password in its URL, or others than those (407)"
        case 401, 403: "does not allow connections there (\(status))"
        case 502, 503, 504: "has no connection there (\(status))"
        default: "refuses to connect (\(status))"
        }
    }
}
