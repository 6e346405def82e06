package import HTTP
package import NIOCore
import NIOPosix

/// Sends requests over pooled HTTP/1.1 connections (RFC 9112), on one event loop.
///
/// Certificates are verified always. Redirects are not followed, bodies not decompressed, and no
/// request is ever repeated: a connection that the server closed while it was idle leaves the pool
/// unseen, but one that is closed as a request goes out on it is ``TransportError/Kind/stale``, or
/// ``TransportError/Kind/closed`` where it is new, for the server may have read the request.
///
/// A request that is sent on the loop's own thread is written before ``send(_:timeout:)`` waits for
/// anything; from any other thread it crosses over once, and its answer once.
package final class NIOTransport: Transport {
    private let loop: any EventLoop
    private let ownThread: MultiThreadedEventLoopGroup?
    private let client: NIOLoopBoundBox<Client>
    private let gate = RequestGate()

    /// Opens no connection yet. End it with ``shutdown()``.
    ///
    /// - Parameter eventLoop: where everything is done; it must live as long. Nil for a thread of
    ///   the transport's own.
    package init(_ options: Options = Options(), eventLoop: (any EventLoop)? = nil) {
        ownThread = eventLoop == nil ? MultiThreadedEventLoopGroup(numberOfThreads: 1) : nil
        let loop = eventLoop ?? MultiThreadedEventLoopGroup.singleton.next()
        self.loop = ownThread?.next() ?? loop
        client = NIOLoopBoundBox.makeBoxSendingValue(
            Client(self.loop, options), eventLoop: self.loop)
    }

    package func send(
        _ request: HTTPRequest, timeout: Duration
    ) async throws(TransportError) -> HTTPResponse {
        let ticket = Ticket(request, timeout: timeout)
        guard !loop.inEventLoop else { return try await perform(ticket).get() }
        guard gate.enter() else { throw .isShutDown(Authority(of: request.url).description) }
        defer { gate.leave() }
        return try await perform(ticket).get()
    }

    private func perform(_ ticket: Ticket) async -> Exchange.Outcome {
        await withTaskCancellationHandler {
            await withUnsafeContinuation { continuation in
                if loop.inEventLoop {
                    client.value.begin(ticket, continuation)
                } else {
                    loop.execute { [client] in client.value.begin(ticket, continuation) }
                }
            }
        } onCancel: {
            ticket.cancel()
            loop.execute { [client] in client.value.cancel(ticket) }
        }
    }

    /// Takes the time for connecting at most, and for TLS as long again and a second.
    package func connect(to url: String) async throws(TransportError) {
        guard gate.enter() else { throw .isShutDown(Authority(of: url).description) }
        defer { gate.leave() }
        do {
            try await loop.flatSubmit { [client] in client.value.probe(url) }.get()
        } catch let error as TransportError {
            throw error
        } catch {
            throw TransportError(.closed, "\(Authority(of: url)): the connection failed: \(error)")
        }
    }

    /// The certificate that the server of a URL shows, whoever vouches for it: to tell whose it is
    /// where it is not trusted. Nothing is said on that connection. Nil where none is shown.
    ///
    /// Takes as long as ``connect(to:)`` at most.
    package func certificate(of url: String) async -> PeerCertificate? {
        guard gate.enter() else { return nil }
        defer { gate.leave() }
        return try? await loop.flatSubmit { [client] in client.value.certificate(url) }.get()
    }

    /// Closes every connection, cutting what is under way, and ends the transport's own thread.
    /// Requests made after it fail as cancelled. Needed once, before the last reference goes; more
    /// do nothing.
    package func shutdown() async {
        guard gate.close() else { return }
        // It fails only where the loop has ended, and with it everything on it.
        try? await loop.submit { [client] in client.value.close() }.get()
        await gate.untilEmpty()
        try? await ownThread?.shutdownGracefully()
    }
}
