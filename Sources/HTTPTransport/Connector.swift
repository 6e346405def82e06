import HTTP
import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

/// Makes connections. Bound to its event loop.
final class Connector {
    /// What one read of a connection may bring. It grows to the second as answers fill the first.
    private static let readSizes = (least: 1 << 10, first: 8 << 10, most: 64 << 10)

    /// What TLS needs; nil where a destination has none.
    struct Contexts: Sendable {
        var server: NIOSSLContext?
        var proxy: NIOSSLContext?
    }

    /// Sees the certificate of a server that is not spoken to.
    typealias Look = @Sendable (NIOSSLCertificate) -> Void

    private let loop: any EventLoop
    private let options: NIOTransport.Options
    private let trust: Trust
    private let proxyTrust: Trust

    init(_ loop: any EventLoop, _ options: NIOTransport.Options) {
        self.loop = loop
        self.options = options
        trust = Trust(loop, options)
        // The certificate that servers are shown is not for proxies.
        var proxyOptions = options
        proxyOptions.identity = nil
        proxyTrust = Trust(loop, proxyOptions)
    }

    func contexts(for destination: Destination) -> EventLoopFuture<Contexts> {
        contexts(
            destination.isTLS ? trust.current() : nil,
            destination.proxy?.isTLS ?? false ? proxyTrust.current() : nil)
    }

    private func contexts(
        _ server: Trust.Reading?, _ proxy: Trust.Reading?
    ) -> EventLoopFuture<Contexts> {
        let none = loop.makeSucceededFuture(Contexts())
        let withServer =
            server?.map { Contexts(server: $0) } ?? none
        guard let proxy else { return withServer }
        return withServer.and(proxy).map { Contexts(server: $0.server, proxy: $1) }
    }

    /// TLS has failed with these.
    func renew(after failed: Contexts) {
        trust.renew(after: failed.server)
        proxyTrust.renew(after: failed.proxy)
    }

    /// Connects, and begins TLS where the destination has it.
    ///
    /// Names are looked up each time. Where one has several addresses, those of IPv6 and IPv4 are
    /// tried in turn, each a quarter of a second after the last at the latest (RFC 8305).
    ///
    /// - Parameters:
    ///   - look: sees the server's certificate, whereupon the handshake fails; nil where the
    ///     certificate is verified.
    ///   - last: makes the last handler of a channel. It is called for each address that is tried,
    ///     and learns all that becomes of its channel.
    func dial(
        _ route: Route, _ contexts: Contexts, look: Look? = nil,
        last: @escaping (any Channel) -> any ChannelHandler
    ) -> EventLoopFuture<any Channel> {
        let handler = NIOLoopBound(last, eventLoop: loop)
        let bootstrap = ClientBootstrap(group: loop)
            .connectTimeout(TimeAmount(options.connectTimeout))
            .resolver(options.resolver)
            .channelOption(
                .recvAllocator,
                value: AdaptiveRecvByteBufferAllocator(
                    minimum: Self.readSizes.least, initial: Self.readSizes.first,
                    maximum: Self.readSizes.most)
            )
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    try pipeline.addHandlers(Self.handlers(for: route, contexts, look))
                    try pipeline.addHandler(handler.value(channel))
                }
            }
        if let proxy = route.destination.proxy {
            return connect(bootstrap, proxy.host, proxy.port)
        }
        switch route.destination.place {
        case .socket(let path): return bootstrap.connect(unixDomainSocketPath: path)
        case .host(let host, let port): return connect(bootstrap, host, port)
        }
    }

    private func connect(
        _ bootstrap: ClientBootstrap, _ host: String, _ port: Int
    ) -> EventLoopFuture<any Channel> {
        if let address = try? SocketAddress(ipAddress: host, port: port) {
            return bootstrap.connect(to: address)
        }
        return bootstrap.connect(host: host, port: port)
    }

    /// What stands between the socket and who sends requests.
    private static func handlers(
        for route: Route, _ contexts: Contexts, _ look: Look?
    ) throws -> [any ChannelHandler] {
        var handlers: [any ChannelHandler] = []
        let proxy = route.destination.proxy
        if let proxy, let tls = contexts.proxy {
            handlers.append(try handler(tls, for: serverName(proxy.host)))
        }
        guard let tls = contexts.server else { return handlers }
        let begin = { try handler(tls, for: route.destination.serverName, look) }
        if let proxy, case .host(let host, let port) = route.destination.place {
            handlers.append(
                Tunnel(proxy, target: "\(host):\(port)", name: route.way, beginTLS: begin))
        } else {
            handlers.append(try begin())
        }
        return handlers
    }

    /// - Parameter name: nil where the certificate must be for the address.
    private static func handler(
        _ tls: NIOSSLContext, for name: String?, _ look: Look? = nil
    ) throws -> NIOSSLClientHandler {
        if let look {
            return try NIOSSLClientHandler(
                context: tls, serverHostname: name,
                customVerificationCallback: { chain, verdict in
                    if let own = chain.first { look(own) }
                    verdict.succeed(.failed)
                })
        }
        guard let name else { return try NIOSSLClientHandler(context: tls, serverHostname: nil) }
        return try ._makeSSLClientHandler(context: tls, serverHostname: name) {
            certificate, channel in
            channel.eventLoop.makeCompletedFuture {
                try ServerIdentity.check(certificate, isFor: name)
            }
        }
    }

    /// The name that a server's certificate must be for and that it is told (RFC 6066). An address
    /// is looked for in the certificate, but never sent as a name.
    fileprivate static func serverName(_ host: String) -> String? {
        (try? SocketAddress(ipAddress: host, port: 0)) == nil ? host : nil
    }

    /// Connects and closes the connection again; for TLS after a whole handshake, with the same
    /// trust, identity and name as a request's, but read again: what an operator has just mended
    /// counts.
    ///
    /// - Returns: fails with a `TransportError`.
    func probe(_ route: Route) -> EventLoopFuture<Void> {
        let options = options
        let done: EventLoopFuture<Void>
        if route.destination.hasHandshake {
            done = handshake(route)
        } else {
            done = dial(route, Contexts()) { _ in Silent() }.flatMap { channel in
                // Where it is closed already there was somebody all the same.
                channel.close().recover { _ in }
            }
        }
        return done.flatMapErrorThrowing { error in
            throw TransportError(
                connecting: error, route.destination.isTLS ? route.name : route.way, options)
        }
    }

    /// The certificate that the server shows, trusted or not: it is looked at, and the handshake
    /// given up.
    func certificate(_ route: Route) -> EventLoopFuture<PeerCertificate?> {
        guard route.destination.isTLS else { return loop.makeSucceededFuture(nil) }
        let seen = Mutex<PeerCertificate?>(nil)
        let look: Look = { certificate in
            let found = PeerCertificate(certificate)
            seen.withLock { $0 = found }
        }
        return handshake(route, look: look).recover { _ in }.map { seen.withLock { $0 } }
    }

    private func handshake(_ route: Route, look: Look? = nil) -> EventLoopFuture<Void> {
        let result = loop.makePromise(of: Void.self)
        let limit = TimeAmount(options.connectTimeout)
        let verdictLimit = HandshakeWatch.verdictLimit
        let destination = route.destination
        contexts(
            destination.isTLS ? trust.read(shutdownTimeout: verdictLimit) : nil,
            destination.proxy?.isTLS ?? false ? proxyTrust.read() : nil
        ).assumeIsolated().whenComplete {
            switch $0 {
            case .success(let contexts):
                self.dial(route, contexts, look: look) { _ in
                    HandshakeWatch(result, limit: limit)
                }
                .flatMapErrorThrowing { [options = self.options] error in
                    throw TransportError(connecting: error, route.way, options)
                }
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
    /// The name of the server, for TLS; nil for an address and for a socket.
    var serverName: String? {
        guard case .host(let host, _) = place else { return nil }
        return Connector.serverName(host)
    }
}
