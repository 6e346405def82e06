import Glibc
import Logging
import NIOCore

/// What one client, or all of them, may take of the server.
package struct ServerLimits: Sendable {
    /// How long a connection may be open without a whole head of a request: 75 s, as nginx has it,
    /// and longer than the pools of the AWS SDKs keep what they do not use.
    package var idleTime: Duration = .seconds(75)
    /// How long the body of a request may take. The largest, 8 MiB, takes as much at 1 Mbit/s.
    package var bodyTime: Duration = .seconds(60)
    /// Connections at once; more wait until others end.
    package var connections = Self.standardConnections()

    package init() {}

    /// More than a machine's programs open to a queue for development.
    private static let mostConnections = 4_096
    /// Descriptors that are left to the rest of the process.
    private static let reserve = 64
    /// So many are served however few descriptors there are.
    private static let fewestConnections = 16

    private static func standardConnections() -> Int {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else {
            return fewestConnections
        }
        let descriptors = Int(clamping: limit.rlim_cur)
        return min(mostConnections, max(fewestConnections, descriptors - reserve))
    }
}

/// Waits where a connection cannot be accepted, most likely for want of descriptors: it stays
/// readable, and trying at once, again and again, takes a processor.
///
/// NIO's own handler for this holds reads back, and so does not stop one that is under way and
/// fails each time.
final class AcceptPause: ChannelInboundHandler {
    typealias InboundIn = any Channel

    private static let pause = TimeAmount.milliseconds(100)
    /// The time between two lines about it, however often it happens.
    private static let quiet = TimeAmount.seconds(60)

    private let logger: Logger
    private var said: NIODeadline?

    private init(logger: Logger) {
        self.logger = logger
    }

    /// Adds one to a channel that listens.
    static func add(to listener: any Channel, logger: Logger) async throws {
        try await listener.eventLoop.submit {
            try listener.pipeline.syncOperations.addHandler(
                AcceptPause(logger: logger), position: .first)
        }.get()
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

    private func say(_ error: IOError) {
        if let said, .now() < said + Self.quiet { return }
        said = .now()
        logger.warning(
            """
            The embedded queue cannot take more connections: \
            \(String(cString: strerror(error.errnoCode))). It tries again until it can.
            """)
    }
}
