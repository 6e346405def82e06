import Glibc
import HTTP
import NIOCore
import NIOPosix

// What goes wrong with requests and connections, in the words of the seam.
extension TransportError {
    /// The time for a whole answer is over.
    static func noAnswer(_ exchange: Exchange) -> TransportError {
        TransportError(
            .timeout, "\(exchange.name): no whole answer within \(exchange.ticket.timeout)")
    }

    static func isShutDown(_ name: String) -> TransportError {
        TransportError(.cancelled, "\(name): the HTTP client is shut down")
    }

    /// A connection that was made has ended.
    ///
    /// - Parameter isStale: whether it had served requests, and nothing of an answer had come.
    init(ending name: String, isStale: Bool) {
        if isStale {
            self.init(
                .stale, "\(name): the server closed a connection that was kept, before it answered")
        } else {
            self.init(.closed, "\(name): the connection ended before the answer did")
        }
    }

    init(_ fault: AnswerFault, _ name: String) {
        switch fault {
        case .malformed(let reason):
            self.init(.malformed, "\(name): the answer is not HTTP: \(reason)")
        case .tooLarge(let limit):
            self.init(.tooLarge, "\(name): the answer is larger than \(limit) bytes")
        }
    }

    init(tls error: any Error, _ name: String, _ options: NIOTransport.Options) {
        let trouble = TLSTrouble(error, authorities: options.certificateAuthorities)
        self.init(.tls, "\(name): \(trouble)")
    }

    /// A connection could not be made.
    init(connecting error: any Error, _ name: String, _ options: NIOTransport.Options) {
        let time = options.connectTimeout
        switch error {
        case let error as TransportError: self = error
        case let error as NIOConnectionError: self.init(error, name)
        case ChannelError.connectTimeout:
            self.init(.unreachable, "\(name): no connection within \(time)")
        case is HandshakeWatch.TimeOver:
            self.init(.tls, "\(name): no end of the TLS handshake within \(time)")
        case is HandshakeWatch.Cut:
            self.init(.tls, "\(name): \(TLSTrouble.cut)")
        case let error where TLSTrouble.isCause(of: error):
            self.init(tls: error, name, options)
        default:
            self.init(.unreachable, "\(name): cannot connect: \(Self.reason(error))")
        }
    }

    private init(_ error: NIOConnectionError, _ name: String) {
        var reasons: [String] = []
        for one in error.connectionErrors {
            let reason = Self.reason(one.error)
            if !reasons.contains(reason) { reasons.append(reason) }
        }
        if reasons.isEmpty {
            let lookup = error.dnsAError as? SocketAddressError.UnknownHost
            let reason = lookup.map { ": \($0.errorDescription)" } ?? ""
            self.init(.unresolved, "\(name): the name has no address\(reason)")
        } else {
            self.init(
                .unreachable, "\(name): cannot connect: \(reasons.joined(separator: "; "))")
        }
    }

    private static func reason(_ error: any Error) -> String {
        switch error {
        // Known numbers of Linux give static strings; see strerror(3).
        case let error as IOError: String(cString: strerror(error.errnoCode))
        case ChannelError.connectTimeout: "no answer in time"
        default: "\(error)"
        }
    }
}
