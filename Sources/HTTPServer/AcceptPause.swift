import Glibc
import Logging
import NIOCore

/// Stops listening for a moment where a connection cannot be accepted, most likely for want of
/// descriptors: what waits to be accepted would be tried at once, again and again.
final class AcceptPause: ChannelInboundHandler {
    typealias InboundIn = any Channel

    private static let pause = TimeAmount.milliseconds(100)

    private let name: String
    private let logger: Logger
    private var hasSaid = false

    /// - Parameter name: of the server, for the log.
    init(_ name: String, _ logger: Logger) {
        self.name = name
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

    /// Once for each server.
    private func say(_ error: IOError) {
        guard !hasSaid else { return }
        hasSaid = true
        logger.warning(
            """
            \(name) cannot take a connection: \(String(cString: strerror(error.errnoCode))); it \
            tries again until it can
            """)
    }
}
