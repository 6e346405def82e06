import AsyncHTTPClient
import Glibc
import HTTP
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

// What async-http-client and NIO throw, in the words of the seam.
extension TransportError {
    init(
        _ error: any Error, host: String, timeout: Duration,
        limits: AsyncHTTPTransport.Options
    ) {
        switch error {
        case is StaleConnection:
            self.init(
                .stale, "\(host): the server closed a connection that was kept, before it answered")
        case let error as HTTPClientError:
            self.init(error, host: host, timeout: timeout, limits: limits)
        case is ResponseAccumulator.ResponseTooBigError:
            self.init(
                .tooLarge, "\(host): the answer is larger than \(limits.answerLimit) bytes")
        case let error as NIOConnectionError:
            // What TLS needs is read, once, as the first connection is set up.
            if let error = error.connectionErrors.first(where: { Self.isTLS($0.error) })?.error {
                let trouble = TLSTrouble(error, authorities: limits.certificateAuthorities)
                self.init(.tls, "\(host): \(trouble)")
            } else {
                self.init(error, host: host)
            }
        case let error as IOError:
            self.init(error, host: host)
        case HTTPParserError.invalidEOFState, NIOSSLError.uncleanShutdown, is ChannelError,
            is CutConnection:
            self.init(.closed, "\(host): the connection ended before the answer did")
        case is HTTPParserError:
            self.init(.malformed, "\(host): the answer is not HTTP (\(error))")
        case let error as BadAnswer:
            self.init(.malformed, "\(host): the answer is not HTTP: \(error)")
        case let error where Self.isTLS(error):
            let trouble = TLSTrouble(error, authorities: limits.certificateAuthorities)
            self.init(.tls, "\(host): \(trouble)")
        case is HandshakeWatch.Cut:
            self.init(.tls, "\(host): the server ended the connection in the TLS handshake")
        case is CancellationError:
            self.init(.cancelled, "\(host): the request was cancelled")
        default:
            self.init(.closed, "\(host): the connection failed: \(error)")
        }
    }

    private init(
        _ error: HTTPClientError, host: String, timeout: Duration,
        limits: AsyncHTTPTransport.Options
    ) {
        switch error {
        case .readTimeout:
            let silence = limits.inactivityTimeout ?? timeout
            self.init(.timeout, "\(host): nothing arrived for \(silence)")
        case .deadlineExceeded, .writeTimeout:
            self.init(.timeout, "\(host): no whole answer within \(timeout)")
        case .getConnectionFromPoolTimeout:
            self.init(
                .timeout,
                "\(host): no connection became free within \(limits.connectTimeout); "
                    + "\(limits.connectionsPerHost) are allowed")
        case .connectTimeout:
            self.init(
                .unreachable,
                "\(host): no connection, or no end of its TLS handshake, within "
                    + "\(limits.connectTimeout)")
        case .tlsHandshakeTimeout:
            self.init(.tls, "\(host): no end of the TLS handshake within \(limits.connectTimeout)")
        case .cancelled:
            self.init(.cancelled, "\(host): the request was cancelled")
        case .alreadyShutdown:
            self.init(.cancelled, "\(host): the HTTP client is shut down")
        case .remoteConnectionClosed, .uncleanShutdown:
            self.init(.closed, "\(host): the connection ended before the answer did")
        case .invalidURL, .emptyHost, .emptyScheme, .missingSocketPath:
            self.init(.invalidURL, "\(host): the URL cannot be used")
        default:
            self.init(unusual: error, host: host)
        }
    }

    /// Cases with values of their own, which cannot be matched, and what should not happen.
    private init(unusual error: HTTPClientError, host: String) {
        switch error.shortDescription {
        case HTTPClientError.unsupportedScheme("").shortDescription:
            self.init(.invalidURL, "\(host): only http and https URLs can be used")
        case HTTPClientError.invalidHeaderFieldNames([]).shortDescription,
            HTTPClientError.invalidHeaderFieldValues([]).shortDescription:
            self.init(
                .invalidURL, "\(host): a header of the request has characters it may not have")
        default:
            self.init(.malformed, "\(host): \(error.shortDescription)")
        }
    }

    private init(_ error: NIOConnectionError, host: String) {
        guard error.connectionErrors.isEmpty else {
            var reasons: [String] = []
            for one in error.connectionErrors {
                let reason = Self.reason(one.error)
                if !reasons.contains(reason) { reasons.append(reason) }
            }
            self.init(
                .unreachable, "\(host): cannot connect: \(reasons.joined(separator: "; "))")
            return
        }
        self.init(.unresolved, "\(host): the name has no address")
    }

    /// The error of a connection that was never made: one that was tells it by ``CutConnection``.
    private init(_ error: IOError, host: String) {
        self.init(.unreachable, "\(host): cannot connect: \(Self.reason(error))")
    }

    private static func isTLS(_ error: any Error) -> Bool {
        error is NIOSSLError || error is BoringSSLError || error is NIOSSLExtraError
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

extension IOError {
    /// Whether the other side ended the connection.
    var isEnd: Bool { errnoCode == ECONNRESET || errnoCode == EPIPE }
}
