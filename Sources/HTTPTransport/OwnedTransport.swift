package import HTTP
package import NIOCore

/// A transport that is shut down when nobody refers to it any more: for a handler, which lives as
/// long as the messages that came under its configuration, and which nobody ends.
///
/// A request holds a reference, so none is cut.
package final class OwnedTransport: Transport {
    private let transport: NIOTransport

    /// - Parameter eventLoop: as that of `NIOTransport`.
    package init(_ options: NIOTransport.Options, eventLoop: (any EventLoop)? = nil) {
        transport = NIOTransport(options, eventLoop: eventLoop)
    }

    package func send(
        _ request: HTTPRequest, timeout: Duration
    ) async throws(TransportError) -> HTTPResponse {
        try await transport.send(request, timeout: timeout)
    }

    package func connect(to url: String) async throws(TransportError) {
        try await transport.connect(to: url)
    }

    deinit {
        let transport = transport
        Task { await transport.shutdown() }
    }
}
