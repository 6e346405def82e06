package import NIOCore
package import NIOHTTP1

/// What HTTP asks of every server, whatever a request is about. Sources: RFC 9112, 3.2 and 9.3, and
/// RFC 9110, 10.1.1.
///
/// A request that names no host, which HTTP/1.0 allows, or two is taken for no HTTP at all, and
/// nothing that its connection brings after it is looked at. Where the connection is not to be
/// kept, the header `Connection` says `close`: of the request, for who answers it and has to close
/// the connection then, and of the answer.
package final class RequestRules: ChannelDuplexHandler {
    package typealias InboundIn = HTTPServerRequestPart
    package typealias InboundOut = HTTPServerRequestPart
    package typealias OutboundIn = HTTPServerResponsePart
    package typealias OutboundOut = HTTPServerResponsePart

    /// What the answer to each request that has none yet is to say of the connection; nil where
    /// that goes without saying.
    private var connections = CircularBuffer<String?>()
    private var isOver = false

    private init() {}

    /// Adds them to a channel of HTTP/1, as the first to see its requests. On its event loop.
    package static func add(to channel: any Channel) throws {
        let pipeline = channel.pipeline.syncOperations
        let decoder = try pipeline.handler(type: ByteToMessageHandler<HTTPRequestDecoder>.self)
        try pipeline.addHandler(RequestRules(), position: .after(decoder))
    }

    package func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isOver else { return }
        guard case .head(var head) = unwrapInboundIn(data) else {
            return context.fireChannelRead(data)
        }
        let isOld = head.version.major == 1 && head.version.minor == 0
        let hosts = head.headers["Host"].count
        guard hosts == 1 || isOld && hosts == 0 else {
            isOver = true
            return context.fireErrorCaught(HTTPParserError.invalidHeaderToken)
        }
        let isKept = head.isKeepAlive
        connections.append(isKept ? (isOld ? "keep-alive" : nil) : "close")
        if !isKept { head.headers.replaceOrAdd(name: "Connection", value: "close") }
        // Who speaks HTTP/1.0 does not understand that it should go on.
        if isOld { head.headers.remove(name: "Expect") }
        context.fireChannelRead(wrapInboundOut(.head(head)))
    }

    package func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // What comes after the end of all requests may be no HTTP either.
        if !isOver || !(error is HTTPParserError) { context.fireErrorCaught(error) }
    }

    package func write(
        context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?
    ) {
        guard case .head(var head) = unwrapOutboundIn(data), head.status.code >= 200,
            let connection = connections.popFirst() ?? nil,
            !head.headers.contains(name: "Connection")
        else { return context.write(data, promise: promise) }
        head.headers.add(name: "Connection", value: connection)
        context.write(wrapOutboundOut(.head(head)), promise: promise)
    }
}
