import HTTPServer
import HummingbirdCore
import Logging
import NIOCore

/// A connection of HTTP/1 by the rules that hold for all servers of ours, of which the library has
/// its own idea.
struct QueueChannel: ServerChildChannel {
    typealias Value = HTTP1Channel.Value

    let base: HTTP1Channel

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        base.setup(channel: channel, logger: logger).flatMapThrowing { value in
            try RequestRules.add(to: channel)
            return value
        }
    }

    func handle(value: Value, logger: Logger) async {
        await base.handle(value: value, logger: logger)
    }
}
