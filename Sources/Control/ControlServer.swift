package import HTTPServer
import JSON
package import Logging

/// A server that shows what the daemon does and, at the control socket, takes what it is told:
/// HTTP/1.1 and JSON.
///
/// It lives on a thread of its own, on which nothing of a handler runs, so that it answers however
/// busy the handlers are, and costs no message its turn.
package struct ControlServer: Sendable {
    /// What may be asked.
    package enum Scope: Sendable {
        /// All there is: for who may change what the daemon does.
        case everything
        /// `/metrics` and `/healthz` alone.
        case metrics
    }

    /// Where a server works, and by what it waits.
    package struct Surroundings: Sendable {
        let loop: ServerLoop
        let wait: @Sendable (Duration) async throws -> Void
        let time: @Sendable () -> Int
        let logger: Logger

        /// - Parameters:
        ///   - wait: returns after a time, for what may not come.
        ///   - time: tells it, in seconds since 1970.
        package init(
            _ loop: ServerLoop, logger: Logger,
            wait: @escaping @Sendable (Duration) async throws -> Void,
            time: @escaping @Sendable () -> Int
        ) {
            self.loop = loop
            self.wait = wait
            self.time = time
            self.logger = logger
        }
    }

    /// The page, as it is opened at an address.
    package struct Page: Sendable {
        /// The name of this machine.
        let host: String
        /// The hosts for which a request may be.
        let hosts: KnownHosts
        /// Whether it has buttons that change what the daemon does.
        let allowsActions: Bool

        package init(host: String, knownBy hosts: KnownHosts, allowsActions: Bool) {
            self.host = host
            self.hosts = hosts
            self.allowsActions = allowsActions
        }
    }

    /// Commands, `top` and pages that some operators have open at the same time.
    private static let mostConnections = 64
    /// No request has a body that is worth mentioning.
    private static let largestBody = 64 << 10
    /// A request is sent in one piece.
    private static let requestTime = Duration.seconds(10)
    /// A scraper keeps its connection from one to the next, a minute at most.
    private static let idleTime = Duration.seconds(70)
    /// Who asked is told that the daemon stops; longer waits nobody for a client.
    private static let lastAnswerTime = Duration.seconds(1)

    private let listener: HTTPListener

    /// It cannot listen.
    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }

    /// The port that it listens on; nil for a Unix socket.
    package var port: Int? { listener.port }

    /// Returns when it listens.
    ///
    /// - Parameter hosts: for which a request may be. The default is for a Unix socket, which no
    ///   browser reaches.
    package static func start(
        at place: ControlPlace, knownBy hosts: KnownHosts = .any, for scope: Scope,
        of daemon: some ControlledDaemon, in surroundings: Surroundings
    ) async throws(Failure) -> ControlServer {
        let responder = ControlResponder(
            daemon: daemon, scope: scope, hosts: hosts, wait: surroundings.wait,
            largestBody: largestBody)
        return try await listen(
            at: place,
            as: scope == .everything ? "the control socket" : "the metrics' address",
            in: surroundings
        ) { await responder.answer(to: $0) }
    }

    /// Opens the page. Returns when it can be seen.
    package static func start(
        _ page: Page, at place: ControlPlace, of daemon: some WatchedDaemon,
        in surroundings: Surroundings
    ) async throws(Failure) -> ControlServer {
        let responder = PageResponder(page, of: daemon, in: surroundings)
        return try await listen(at: place, as: "the page's address", in: surroundings) {
            await responder.answer(to: $0)
        }
    }

    private static func listen(
        at place: ControlPlace, as name: String, in surroundings: Surroundings,
        answer: @escaping @Sendable (IncomingRequest) async -> ServerAnswer
    ) async throws(Failure) -> ControlServer {
        let service = HTTPListener.Service(
            name: name,
            limits: ConnectionLimits(
                connections: mostConnections, body: largestBody, requestTime: requestTime,
                idleTime: idleTime),
            answer: answer)
        let listening: HTTPListener.Place
        do throws(ListeningSocket.Failure) {
            switch place {
            case .socket(let path):
                listening = .socket(try ListeningSocket(path: path, mode: ControlSocket.mode))
            case .address(let host, let port): listening = .address(host: host, port: port)
            }
        } catch {
            throw Failure(description: error.description)
        }
        do throws(HTTPListener.Failure) {
            return ControlServer(
                listener: try await HTTPListener.open(
                    listening, service, on: surroundings.loop, logger: surroundings.logger))
        } catch {
            throw Failure(description: error.description)
        }
    }

    /// Takes the socket away. Requests that are being answered are, within a second; all other
    /// connections are cut.
    package func close() async { await listener.close(after: Self.lastAnswerTime) }
}

/// Where a server listens.
package enum ControlPlace: Sendable, Equatable {
    /// An absolute path.
    case socket(String)
    case address(host: String, port: Int)
}
