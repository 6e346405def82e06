import NIOCore
import NIOSSL

/// A connection that had served a request before ended before any of the next answer came.
struct StaleConnection: Error {}

/// Tells a connection that ends as it is used again from one that never worked, which
/// async-http-client does not: stands below HTTP, counts requests, and puts ``StaleConnection`` in
/// the place of what the end would be.
///
/// A request is what is written after something was read, as there is one at a time.
final class ReuseWatch: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = ByteBuffer

    private var requests = 0
    private var isAnswered = true

    private var isStale: Bool { requests > 1 && !isAnswered }

    /// Adds one to a connection that is not used yet, above its TLS: what TLS itself exchanges is
    /// no answer.
    @Sendable static func add(to channel: any Channel) -> EventLoopFuture<Void> {
        channel.eventLoop.submit {
            let pipeline = channel.pipeline.syncOperations
            if let tls = try? pipeline.handler(type: NIOSSLClientHandler.self) {
                try pipeline.addHandler(ReuseWatch(), position: .after(tls))
            } else {
                try pipeline.addHandler(ReuseWatch(), position: .first)
            }
        }
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if isAnswered {
            requests += 1
            isAnswered = false
        }
        context.write(data, promise: promise)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        isAnswered = true
        context.fireChannelRead(data)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.fireErrorCaught(isStale ? StaleConnection() : error)
    }

    func channelInactive(context: ChannelHandlerContext) {
        if isStale { context.fireErrorCaught(StaleConnection()) }
        context.fireChannelInactive()
    }
}
