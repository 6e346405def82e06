import NIOCore
import NIOSSL
import NIOTLS

/// Learns how a TLS handshake ends on a connection that is opened for nothing else, and closes it.
///
/// With TLS 1.3 the client's handshake is over before the server has looked at the client's
/// certificate. So the end of TLS is said then: a server that wants another certificate has
/// answered with an alert by the time it reads that.
final class HandshakeWatch: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    /// How long a server may take to answer the end of TLS, which most do at once. One that does
    /// not is taken to be content, as it completed the handshake.
    static let verdictLimit = TimeAmount.seconds(1)

    private let result: EventLoopPromise<Void>
    private let limit: TimeAmount
    private var isComplete = false
    private var alarm: Scheduled<Void>?

    /// - Parameters:
    ///   - result: succeeds, or fails with what is in the way; completed always, once the handler
    ///     is in a pipeline.
    ///   - limit: for the handshake.
    init(_ result: EventLoopPromise<Void>, limit: TimeAmount) {
        self.result = result
        self.limit = limit
    }

    /// The server said nothing for too long.
    struct TimeOver: Error {}

    /// The connection ended before the handshake did.
    struct Cut: Error {}

    func channelActive(context: ChannelHandlerContext) {
        setAlarm(limit, context)
        context.fireChannelActive()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard case .handshakeCompleted = event as? TLSUserEvent, !isComplete else { return }
        isComplete = true
        setAlarm(Self.verdictLimit, context)
        context.close(mode: .output, promise: nil)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if isComplete, case BoringSSLError.sslError = error {
            end(.failure(error), context)
        } else {
            end(isComplete ? .success(()) : .failure(error is IOError ? Cut() : error), context)
        }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        // Nothing was asked, so it is no answer, however much it is.
        end(.success(()), context)
    }

    func channelInactive(context: ChannelHandlerContext) {
        end(isComplete ? .success(()) : .failure(Cut()), context)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        alarm?.cancel()
        result.fail(Cut())
    }

    private func setAlarm(_ limit: TimeAmount, _ context: ChannelHandlerContext) {
        alarm?.cancel()
        alarm = context.eventLoop.assumeIsolated().scheduleTask(in: limit) {
            self.end(self.isComplete ? .success(()) : .failure(TimeOver()), context)
        }
    }

    private func end(_ outcome: Result<Void, any Error>, _ context: ChannelHandlerContext) {
        alarm?.cancel()
        result.completeWith(outcome)
        context.close(promise: nil)
    }
}
