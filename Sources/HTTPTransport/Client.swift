import HTTP
import NIOCore

/// All that a transport has on its event loop: the pools of connections, by destination, and what
/// ends requests before their answers do.
///
/// Bound to its event loop.
final class Client {
    /// Routes that are kept: a subscriber asks a handful of URLs again and again, and objects in S3
    /// once each.
    private static let routeLimit = 64
    /// The largest buffer that is kept for the next request: few are larger.
    private static let spareLimit = 64 << 10

    let loop: any EventLoop
    let options: NIOTransport.Options
    let alarm: Alarm
    let connector: Connector
    private var routes: [String: (route: Route, pool: Pool)] = [:]
    private var pools: [Destination: Pool] = [:]
    /// The last request's buffer, to be used again when the system has taken what was in it.
    private var spare = ByteBuffer()
    private(set) var isClosed = false

    /// Made on any thread.
    init(_ loop: any EventLoop, _ options: NIOTransport.Options) {
        self.loop = loop
        self.options = options
        alarm = Alarm(loop)
        connector = Connector(loop, options)
        alarm.ring = { [weak self] in self?.sweep() }
    }

    func begin(
        _ ticket: Ticket, _ continuation: UnsafeContinuation<Exchange.Outcome, Never>
    ) {
        do throws(TransportError) {
            if isClosed { throw .isShutDown(Authority(of: ticket.request.url).description) }
            let (route, pool) = try route(of: ticket.request)
            if ticket.isCancelled {
                throw TransportError(.cancelled, "\(route.name): the request was cancelled")
            }
            let writer = try RequestWriter(ticket.request, to: route)
            var bytes = spare
            spare = ByteBuffer()
            writer.write(into: &bytes)
            pool.begin(
                Exchange(
                    ticket: ticket, name: route.name, bytes: bytes,
                    closesConnection: writer.closesConnection, continuation: continuation))
        } catch {
            continuation.resume(returning: .failure(error))
        }
    }

    /// Takes back the buffer of a request that was written.
    func reuse(_ bytes: ByteBuffer) {
        if bytes.capacity <= Self.spareLimit { spare = bytes }
    }

    /// Ends the request of that ticket, if it is not over.
    func cancel(_ ticket: Ticket) {
        for pool in pools.values where pool.cancel(ticket) { return }
    }

    /// Ends every request and every connection.
    func close() {
        isClosed = true
        alarm.stop()
        for pool in pools.values { pool.close() }
        // They refer to this.
        routes = [:]
        pools = [:]
    }

    /// Whether a connection can be made; see `Transport`.
    func probe(_ url: String) -> EventLoopFuture<Void> {
        let route: Route
        do {
            route = try Route(url, options.proxies)
        } catch {
            return loop.makeFailedFuture(error)
        }
        return connector.probe(route)
    }

    /// The certificate that is shown there, trusted or not; nil for none.
    func certificate(_ url: String) -> EventLoopFuture<PeerCertificate?> {
        guard let route = try? Route(url, options.proxies) else {
            return loop.makeSucceededFuture(nil)
        }
        return connector.certificate(route)
    }

    private func route(
        of request: HTTPRequest
    ) throws(TransportError) -> (route: Route, pool: Pool) {
        // No URL begins with a blank.
        let key = request.isDirect ? " \(request.url)" : request.url
        if let known = routes[key] { return known }
        let route = try Route(
            request.url, request.isDirect ? ProxySettings() : options.proxies)
        if routes.count >= Self.routeLimit {
            routes.removeAll(keepingCapacity: true)
            pools = pools.filter { !$0.value.isEmpty }
        }
        let pool = pools[route.destination] ?? Pool(route, self)
        pools[route.destination] = pool
        routes[key] = (route, pool)
        return (route, pool)
    }

    /// Ends what has lasted too long.
    private func sweep() {
        let now = NIODeadline.now()
        for pool in pools.values { pool.sweep(now) }
    }
}
