import HTTP
import NIOCore

/// A connection that is being made: until it can carry a request, or cannot be made.
///
/// Of several addresses each may be tried, with a channel of its own; the first that answers counts
/// (RFC 8305). Bound to its event loop.
final class Opening {
    let route: Route
    let client: Client
    private let end: (Opening, Result<Connection, TransportError>) -> Void
    private var deadline = NIODeadline.distantFuture
    private var candidates: [ObjectIdentifier: Connection] = [:]
    private var chosen: Connection?
    private var contexts = Connector.Contexts()
    private var isOver = false

    /// - Parameter end: called once, on the loop, after ``begin()``.
    init(
        _ route: Route, _ client: Client,
        end: @escaping (Opening, Result<Connection, TransportError>) -> Void
    ) {
        self.route = route
        self.client = client
        self.end = end
    }

    func begin() {
        client.connector.contexts(for: route.destination).assumeIsolated().whenComplete {
            [self] result in
            switch result {
            case .success(let contexts): dial(contexts)
            case .failure(let error):
                finish(.failure(TransportError(tls: error, route.name, client.options)))
            }
        }
    }

    private func dial(_ contexts: Connector.Contexts) {
        guard !isOver else { return }
        deadline = .now() + TimeAmount(client.options.connectTimeout)
        client.alarm.note(deadline)
        self.contexts = contexts
        client.connector.dial(route, contexts) { [self] channel in
            let connection = Connection(self)
            candidates[ObjectIdentifier(channel)] = connection
            return connection
        }.assumeIsolated().whenComplete { [self] result in
            switch result {
            case .success(let channel): choose(candidates[ObjectIdentifier(channel)])
            case .failure(let error):
                finish(.failure(TransportError(connecting: error, route.way, client.options)))
            }
        }
    }

    private func choose(_ connection: Connection?) {
        guard !isOver else {
            connection?.close()
            return
        }
        chosen = connection
        candidates = [:]
        if let connection { changed(connection) }
    }

    /// A connection can carry requests, or has ended.
    func changed(_ connection: Connection) {
        guard connection === chosen else { return }
        if let failure = connection.failure {
            finish(.failure(failure))
        } else if connection.isReady {
            finish(.success(connection))
        }
    }

    /// Ends it if it has lasted too long, and sees to it that it is looked at again.
    func check(_ now: NIODeadline) {
        guard deadline <= now else { return client.alarm.note(deadline) }
        let time = client.options.connectTimeout
        if chosen == nil {
            giveUp(TransportError(.unreachable, "\(route.way): no connection within \(time)"))
        } else if route.destination.proxy != nil, chosen?.isTunnelled == false {
            giveUp(TransportError(.unreachable, "\(route.way): no answer within \(time)"))
        } else {
            giveUp(
                TransportError(
                    .tls, "\(route.name): no end of the TLS handshake within \(time)"))
        }
    }

    func giveUp(_ error: TransportError) {
        finish(.failure(error))
    }

    private func finish(_ outcome: Result<Connection, TransportError>) {
        guard !isOver else { return }
        isOver = true
        candidates = [:]
        if case .failure(let error) = outcome {
            if error.kind == .tls { client.connector.renew(after: contexts) }
            chosen?.close()
        }
        chosen = nil
        end(self, outcome)
    }
}
