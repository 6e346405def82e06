import AWS
import AsyncHTTPClient
import Glibc
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
            self.init(error, host: host)
        case let error as IOError:
            self.init(error, host: host)
        case HTTPParserError.invalidEOFState, NIOSSLError.uncleanShutdown, is ChannelError:
            self.init(.closed, "\(host): the connection ended before the answer did")
        case is HTTPParserError:
            self.init(.malformed, "\(host): the answer is not HTTP (\(error))")
        case is NIOSSLError, is BoringSSLError, is NIOSSLExtraError:
            self.init(.tls, "\(host): TLS failed: \(error)")
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
            let reasons = error.connectionErrors.map { "\($0.error)" }.joined(separator: "; ")
            self.init(.unreachable, "\(host): cannot connect: \(reasons)")
            return
        }
        self.init(.unresolved, "\(host): the name has no address")
    }

    private init(_ error: IOError, host: String) {
        switch error.errnoCode {
        case ECONNRESET, EPIPE:
            self.init(.closed, "\(host): the connection ended before the answer did")
        default:
            self.init(.unreachable, "\(host): cannot connect: \(error)")
        }
    }
}
