import HTTP
import NIOCore

/// The connections to one destination, and the requests that wait for one.
///
/// The connection that was used last is used first, so that those that are not needed stay unused
/// until their time is over. Bound to its event loop.
final class Pool {
    let client: Client
    private let route: Route
    /// Those that are open, in no order; their handshakes are over.
    private var connections: [Connection] = []
    /// Those of them without a request, the last used last.
    private var idle: [Connection] = []
    /// Connections that are being made.
    private var openings: [Opening] = []
    /// The first that came is the first.
    private var waiting: [Exchange] = []
    private var isOpening = false

    init(_ route: Route, _ client: Client) {
        self.route = route
        self.client = client
    }

    var isEmpty: Bool { connections.isEmpty && openings.isEmpty && waiting.isEmpty }

    private var options: NIOTransport.Options { client.options }

    func begin(_ exchange: Exchange) {
        if let connection = idle.popLast() { return connection.start(exchange) }
        waiting.append(exchange)
        client.alarm.note(exchange.ticket.deadline)
        client.alarm.note(patience(of: exchange))
        open()
    }

    /// When a request has waited long enough for one of the connections that are allowed.
    private func patience(of exchange: Exchange) -> NIODeadline {
        exchange.ticket.start + TimeAmount(options.connectTimeout)
    }

    /// Begins as many connections as are waited for and allowed.
    private func open() {
        // A connection that fails at once comes back here; the loop goes on for it.
        guard !isOpening, !client.isClosed else { return }
        isOpening = true
        while openings.count < waiting.count,
            connections.count + openings.count < max(1, options.connectionsPerHost)
        {
            let opening = Opening(route, client) { [self] in ended($0, $1) }
            openings.append(opening)
            opening.begin()
        }
        isOpening = false
    }

    private func ended(_ opening: Opening, _ outcome: Result<Connection, TransportError>) {
        openings.removeAll { $0 === opening }
        switch outcome {
        case .success(let connection):
            connection.pool = self
            connections.append(connection)
            release(connection)
        case .failure(let error):
            // Whoever a connection that became free has served meanwhile needs none.
            if waiting.count > openings.count { waiting.removeFirst().end(.failure(error)) }
        }
        open()
    }

    /// A connection has nothing to do.
    func release(_ connection: Connection) {
        guard waiting.isEmpty else { return connection.start(waiting.removeFirst()) }
        idle.append(connection)
        client.alarm.note(connection.idleSince + TimeAmount(options.idleTimeout))
    }

    /// A connection has ended.
    func remove(_ connection: Connection) {
        connections.removeAll { $0 === connection }
        idle.removeAll { $0 === connection }
        open()
    }

    /// False where no request is of that ticket.
    func cancel(_ ticket: Ticket) -> Bool {
        let error = TransportError(.cancelled, "\(route.name): the request was cancelled")
        if let index = waiting.firstIndex(where: { $0.ticket === ticket }) {
            waiting.remove(at: index).end(.failure(error))
            return true
        }
        let busy = connections.first { $0.exchange?.ticket === ticket }
        busy?.fail(error)
        return busy != nil
    }

    func close() {
        let error = TransportError.isShutDown(route.name)
        for exchange in waiting { exchange.end(.failure(error)) }
        waiting = []
        for opening in openings { opening.giveUp(error) }
        for connection in connections { connection.fail(error) }
    }

    func sweep(_ now: NIODeadline) {
        for opening in openings { opening.check(now) }
        for connection in connections where connection.exchange != nil { connection.check(now) }
        let unused = idle.filter { $0.idleSince + TimeAmount(options.idleTimeout) <= now }
        for connection in unused { connection.close() }
        if let first = idle.first {
            client.alarm.note(first.idleSince + TimeAmount(options.idleTimeout))
        }
        sweepWaiting(now)
    }

    private func sweepWaiting(_ now: NIODeadline) {
        var left: [Exchange] = []
        for exchange in waiting {
            if exchange.ticket.deadline <= now {
                exchange.end(.failure(.noAnswer(exchange)))
            } else if left.count >= openings.count, patience(of: exchange) <= now {
                exchange.end(
                    .failure(
                        TransportError(
                            .timeout,
                            "\(route.name): no connection became free within "
                                + "\(options.connectTimeout); "
                                + "\(options.connectionsPerHost) are allowed")))
            } else {
                left.append(exchange)
                client.alarm.note(exchange.ticket.deadline)
                // One that a connection is made for ends with that.
                if patience(of: exchange) > now { client.alarm.note(patience(of: exchange)) }
            }
        }
        waiting = left
    }
}
