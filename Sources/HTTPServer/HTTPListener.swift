package import Logging
import NIOCore
import NIOHTTP1
import NIOPosix

/// A small HTTP/1.1 server, which listens from ``open(_:_:on:logger:)`` until ``close()``.
///
/// One request of a connection at a time; no TLS, no compression. What it may cost is bounded by
/// ``ConnectionLimits``, what is no HTTP answered with 400.
package final class HTTPListener: Sendable {
    package enum Place: Sendable {
        /// An address of this machine; with port 0 any that is free.
        case address(host: String, port: Int)
        case socket(ListeningSocket)
    }

    /// What a server is, besides where it is.
    package struct Service: Sendable {
        /// The server's name, for the log.
        package let name: String
        package let limits: ConnectionLimits
        /// Whether the peer, by its port and the server's, may ask anything at all. Asked of TCP
        /// connections.
        package let admits: @Sendable (_ port: Int, _ ownPort: Int) -> Bool
        package let answer: @Sendable (IncomingRequest) async -> ServerAnswer

        package init(
            name: String, limits: ConnectionLimits,
            admits: @escaping @Sendable (_ port: Int, _ ownPort: Int) -> Bool = { _, _ in true },
            answer: @escaping @Sendable (IncomingRequest) async -> ServerAnswer
        ) {
            self.name = name
            self.limits = limits
            self.admits = admits
            self.answer = answer
        }
    }

    /// It cannot listen there.
    package struct Failure: Error, CustomStringConvertible {
        package let description: String

        init(_ description: String) {
            self.description = description
        }
    }

    private let listener: any Channel
    private let connections: OpenConnections
    private let socket: ListeningSocket?

    /// The port that it listens on; nil for a Unix socket.
    package var port: Int? { listener.localAddress?.port }

    /// Returns when the server listens.
    package static func open(
        _ place: Place, _ service: Service, on loop: ServerLoop = .common, logger: Logger
    ) async throws(Failure) -> HTTPListener {
        let connections = OpenConnections(most: service.limits.connections)
        let bootstrap = bootstrap(service, connections, loop, logger)
        do {
            switch place {
            case .address(let host, let port):
                let listener = try await bootstrap.bind(host: host, port: port).get()
                return HTTPListener(listener, connections, socket: nil)
            case .socket(let socket):
                let listener = try await bootstrap.withBoundSocket(socket.takeDescriptor()).get()
                return HTTPListener(listener, connections, socket: socket)
            }
        } catch {
            throw Failure("\(error)")
        }
    }

    private static func bootstrap(
        _ service: Service, _ connections: OpenConnections, _ loop: ServerLoop, _ logger: Logger
    ) -> ServerBootstrap {
        ServerBootstrap(group: loop.group)
            // Or else a restart finds the port taken, by connections that have been closed.
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .serverChannelInitializer { listener in
                listener.eventLoop.makeCompletedFuture {
                    try listener.pipeline.syncOperations.addHandler(
                        AcceptPause(service.name, logger))
                }
            }
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    // One request at a time, and an answer to what is no HTTP.
                    try pipeline.configureHTTPServerPipeline(
                        withPipeliningAssistance: true, withErrorHandling: true,
                        withOutboundHeaderValidation: true, withEncoderConfiguration: .init(),
                        withDecoderLimitConfiguration: service.limits.ofDecoder)
                    try RequestRules.add(to: channel)
                    try pipeline.addHandler(
                        ServerConnection(service, executor: loop.executor, logger))
                    connections.add(channel)
                }
            }
    }

    private init(
        _ listener: any Channel, _ connections: OpenConnections, socket: ListeningSocket?
    ) {
        self.listener = listener
        self.connections = connections
        self.socket = socket
    }

    /// Closes the port, or removes the socket, and then every connection.
    ///
    /// - Parameter patience: how long requests that came may take to be answered; what has no end
    ///   is cut before.
    package func close(after patience: Duration = .zero) async {
        socket?.remove()
        try? await listener.close()
        await connections.close(after: patience)
    }
}

extension ConnectionLimits {
    fileprivate var ofDecoder: NIOHTTPDecoderLimitConfiguration {
        var limits = NIOHTTPDecoderLimitConfiguration()
        limits.maxHeaderFieldSize = head
        limits.maxHeaderListSize = head
        return limits
    }
}
