import HTTP
import NIOCore
import NIOPosix
import NIOSSL

/// Makes connections. Bound to its event loop.
final class Connector {
    /// What one read of a connection may bring. It grows to the second as answers fill the first.
    private static let readSizes = (least: 1 << 10, first: 8 << 10, most: 64 << 10)

    private let loop: any EventLoop
    private let options: NIOTransport.Options
    let trust: Trust

    init(_ loop: any EventLoop, _ options: NIOTransport.Options) {
        self.loop = loop
        self.options = options
        trust = Trust(loop, options)
    }

    /// Connects, and begins TLS where the destination has it.
    ///
    /// Names are looked up on a thread of their own, each time. Where a name has several addresses,
    /// those of IPv6 are tried first and the next before the last has failed (RFC 8305).
    ///
    /// - Parameter last: makes the last handler of a channel. It is called for each address that is
    ///   tried, and learns all that becomes of its channel.
    func dial(
        _ destination: Destination, _ tls: NIOSSLContext?,
        last: @escaping (any Channel) -> any ChannelHandler
    ) -> EventLoopFuture<any Channel> {
        let handler = NIOLoopBound(last, eventLoop: loop)
        let name = destination.serverName
        let bootstrap = ClientBootstrap(group: loop)
            .connectTimeout(TimeAmount(options.connectTimeout))
            .channelOption(
                .recvAllocator,
                value: AdaptiveRecvByteBufferAllocator(
                    minimum: Self.readSizes.least, initial: Self.readSizes.first,
                    maximum: Self.readSizes.most)
            )
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    if let tls {
                        try pipeline.addHandler(
                            NIOSSLClientHandler(context: tls, serverHostname: name))
                    }
                    try pipeline.addHandler(handler.value(channel))
                }
            }
        switch destination.place {
        case .socket(let path): return bootstrap.connect(unixDomainSocketPath: path)
        case .host(let host, let port):
            if let address = try? SocketAddress(ipAddress: host, port: port) {
                return bootstrap.connect(to: address)
            }
            return bootstrap.connect(host: host, port: port)
        }
    }

    /// Connects and closes the connection again; for TLS after a whole handshake, with the same
    /// trust, identity and name as a request's, but read again: what an operator has just mended
    /// counts.
    ///
    /// - Returns: fails with a `TransportError`.
    func probe(_ route: Route) -> EventLoopFuture<Void> {
        let options = options
        let done: EventLoopFuture<Void>
        if route.destination.isTLS {
            done = handshake(route)
        } else {
            done = dial(route.destination, nil) { _ in Silent() }.flatMap { channel in
                // Where it is closed already there was somebody all the same.
                channel.close().recover { _ in }
            }
        }
        return done.flatMapErrorThrowing { error in
            throw TransportError(connecting: error, route.name, options)
        }
    }

    private func handshake(_ route: Route) -> EventLoopFuture<Void> {
        let result = loop.makePromise(of: Void.self)
        let limit = TimeAmount(options.connectTimeout)
        trust.read(shutdownTimeout: HandshakeWatch.verdictLimit).assumeIsolated().whenComplete {
            switch $0 {
            case .success(let tls):
                self.dial(route.destination, tls) { _ in HandshakeWatch(result, limit: limit) }
                    .cascadeFailure(to: result)
            case .failure(let error): result.fail(error)
            }
        }
        return result.futureResult
    }
}

/// A handler of a connection on which nothing is said.
private final class Silent: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
}

extension Destination {
    /// The name that the server's certificate must be for and that it is told (RFC 6066). An
    /// address is looked for in the certificate, but never sent as a name.
    fileprivate var serverName: String? {
        guard case .host(let host, let port) = place,
            (try? SocketAddress(ipAddress: host, port: port)) == nil
        else { return nil }
        return host
    }
}
