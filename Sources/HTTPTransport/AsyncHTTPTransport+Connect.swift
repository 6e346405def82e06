package import HTTP
import NIOCore
import NIOPosix
import NIOSSL

extension AsyncHTTPTransport {
    /// Takes ``Options/connectTimeout`` at most, and for TLS as long again and a second.
    package func connect(to url: String) async throws(TransportError) {
        let authority = Authority(of: url)
        guard gate.enter() else {
            throw TransportError(.cancelled, "\(authority): the HTTP client is shut down")
        }
        defer { gate.leave() }
        do {
            if url.hasPrefix("https") {
                try await handshake(with: url, authority)
            } else {
                let bootstrap = ClientBootstrap(group: threads)
                let channel = try await connection(to: url, authority, bootstrap).get()
                // Where it is closed already there was somebody all the same.
                try? await channel.close().get()
            }
        } catch let error as TransportError {
            throw error
        } catch ChannelError.connectTimeout {
            throw TransportError(
                .unreachable, "\(authority): no connection within \(options.connectTimeout)")
        } catch is HandshakeWatch.TimeOver {
            throw TransportError(
                .tls, "\(authority): no end of the TLS handshake within \(options.connectTimeout)")
        } catch {
            throw TransportError(
                error, host: authority.description, timeout: options.connectTimeout,
                limits: options)
        }
    }

    private func connection(
        to url: String, _ authority: Authority, _ bootstrap: ClientBootstrap
    ) throws -> EventLoopFuture<any Channel> {
        let bootstrap = bootstrap.connectTimeout(TimeAmount(options.connectTimeout))
        if authority.isSocket {
            return bootstrap.connect(unixDomainSocketPath: authority.description)
        }
        let (host, port) = try Self.target(of: url, authority)
        return bootstrap.connect(host: host, port: port)
    }

    private static func target(
        of url: String, _ authority: Authority
    ) throws(TransportError) -> (host: String, port: Int) {
        guard let parts = URLParts(url) else {
            throw TransportError(.invalidURL, "\(authority): the URL cannot be used")
        }
        return (parts.host, parts.port ?? (parts.scheme == "https" ? 443 : 80))
    }

    /// A handshake with the same trust, identity and name as a request's, but read again: what an
    /// operator has just mended counts.
    private func handshake(with url: String, _ authority: Authority) async throws {
        var name: String?
        if !authority.isSocket {
            let (host, port) = try Self.target(of: url, authority)
            // An address is looked for in the certificate, but never sent as a name.
            if (try? SocketAddress(ipAddress: host, port: port)) == nil { name = host }
        }
        var configuration = TLSConfiguration(options)
        configuration.shutdownTimeout = HandshakeWatch.verdictLimit
        // Reads the authorities' files.
        let tls = try await NIOThreadPool.singleton.runIfActive { [configuration] in
            try NIOSSLContext(configuration: configuration)
        }
        let loop = threads.next()
        let result = loop.makePromise(of: Void.self)
        let limit = TimeAmount(options.connectTimeout)
        let bootstrap = ClientBootstrap(group: loop).channelInitializer { [name] channel in
            channel.eventLoop.makeCompletedFuture {
                let pipeline = channel.pipeline.syncOperations
                try pipeline.addHandler(NIOSSLClientHandler(context: tls, serverHostname: name))
                try pipeline.addHandler(HandshakeWatch(result, limit: limit))
            }
        }
        do {
            _ = try await connection(to: url, authority, bootstrap).get()
        } catch {
            result.fail(error)
        }
        do {
            try await result.futureResult.get()
        } catch let error as IOError where error.isEnd {
            throw HandshakeWatch.Cut()
        }
    }
}
