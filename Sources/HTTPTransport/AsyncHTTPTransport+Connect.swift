package import AWS
import NIOCore
import NIOPosix

extension AsyncHTTPTransport: ConnectingTransport {
    /// Takes ``Options/connectTimeout`` at most.
    package func connect(to url: String) async throws(TransportError) {
        let authority = Authority(of: url)
        guard gate.enter() else {
            throw TransportError(.cancelled, "\(authority): the HTTP client is shut down")
        }
        defer { gate.leave() }
        do {
            let channel = try await connection(to: url, authority).get()
            // Where it is closed already there was somebody all the same.
            try? await channel.close().get()
        } catch let error as TransportError {
            throw error
        } catch ChannelError.connectTimeout {
            throw TransportError(
                .unreachable, "\(authority): no connection within \(options.connectTimeout)")
        } catch {
            throw TransportError(
                error, host: authority.description, timeout: options.connectTimeout,
                limits: options)
        }
    }

    private func connection(
        to url: String, _ authority: Authority
    ) throws -> EventLoopFuture<any Channel> {
        let bootstrap = ClientBootstrap(group: threads)
            .connectTimeout(TimeAmount(options.connectTimeout))
        if authority.isSocket {
            return bootstrap.connect(unixDomainSocketPath: authority.description)
        }
        guard let parts = URLParts(url) else {
            throw TransportError(.invalidURL, "\(authority): the URL cannot be used")
        }
        let port = parts.port ?? (parts.scheme == "https" ? 443 : 80)
        return bootstrap.connect(host: parts.host, port: port)
    }
}
