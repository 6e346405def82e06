private import Glibc
internal import Logging
internal import NIOCore

/// Stops listening for a moment where a connection cannot be accepted, most likely for want of
/// descriptors: what waits to be accepted would be tried at once, again and again.
final class AcceptPause: ChannelInboundHandler {
    typealias InboundIn = any Channel

    private static let pause = TimeAmount.milliseconds(100)

    private let logger: Logger
    private var hasSaid = false

    init(_ logger: Logger) {
        self.logger = logger
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard let error = error as? IOError else { return context.fireErrorCaught(error) }
        say(error)
        let channel = context.channel
        try? channel.syncOptions?.setOption(.autoRead, value: false)
        channel.eventLoop.scheduleTask(in: Self.pause) {
            channel.setOption(.autoRead, value: true)
        }
    }

    /// Once for each process of the function.
    private func say(_ error: IOError) {
        guard !hasSaid else { return }
        hasSaid = true
        logger.warning(
            """
            the function's Runtime API cannot take a connection: \
            \(String(cString: strerror(error.errnoCode))); it tries again until it can
            """)
    }
}
