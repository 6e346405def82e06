import NIOCore

/// A client's connection, for as long as its channel lives.
package struct ConnectionID: Hashable, Sendable {
    private let channel: ObjectIdentifier

    init(_ channel: any Channel) {
        self.channel = ObjectIdentifier(channel)
    }
}

/// Tells the driver when a client comes and when it hangs up, also in the middle of a long poll,
/// when nothing is read or written.
///
/// A client that closes its own direction only is taken to be gone, too: the two cannot be told
/// apart until something is written.
final class HangUpHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = NIOAny

    private let driver: StoreDriver

    init(driver: StoreDriver) {
        self.driver = driver
    }

    func handlerAdded(context: ChannelHandlerContext) {
        driver.open(ConnectionID(context.channel))
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case ChannelEvent.inputClosed? = event as? ChannelEvent {
            driver.hangUp(ConnectionID(context.channel))
        }
        context.fireUserInboundEventTriggered(event)
    }

    func channelInactive(context: ChannelHandlerContext) {
        driver.hangUp(ConnectionID(context.channel))
        context.fireChannelInactive()
    }
}
