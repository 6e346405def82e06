import Glibc
package import Logging
package import NIOCore

/// Stops listening for a moment where a connection cannot be accepted, most likely for want of
/// descriptors: it stays readable, and trying at once, again and again, takes a processor.
///
/// NIO's own handler for this holds reads back, and so does not stop one that is under way and
/// fails each time.
package final class AcceptPause: ChannelInboundHandler {
    package typealias InboundIn = any Channel

    private static let pause = TimeAmount.milliseconds(100)
    /// The time between two lines about it, however often it happens.
    private static let quiet = TimeAmount.seconds(60)

    private let name: String
    private let logger: Logger
    private var said: NIODeadline?

    /// - Parameter name: of the server, for the log.
    init(_ name: String, _ logger: Logger) {
        self.name = name
        self.logger = logger
    }

    /// Adds one to a channel that listens already.
    ///
    /// - Throws: where it listens no more.
    package static func add(to listener: any Channel, name: String, logger: Logger) async throws {
        try await listener.eventLoop.submit {
            try listener.pipeline.syncOperations.addHandler(
                AcceptPause(name, logger), position: .first)
        }.get()
    }

    package func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard let error = error as? IOError else { return context.fireErrorCaught(error) }
        say(error)
        let channel = context.channel
        try? channel.syncOptions?.setOption(.autoRead, value: false)
        channel.eventLoop.scheduleTask(in: Self.pause) {
            channel.setOption(.autoRead, value: true)
        }
    }

    private func say(_ error: IOError) {
        if let said, .now() < said + Self.quiet { return }
        said = .now()
        logger.warning(
            """
            \(name) cannot take more connections: \
            \(String(cString: strerror(error.errnoCode))). It tries again until it can
            """)
    }
}
