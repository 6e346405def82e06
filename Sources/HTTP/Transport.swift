/// Sends one HTTP request and brings its answer whole.
///
/// The seam between what speaks HTTP and what says something by it: `HTTPTransport` implements it
/// with a real client, tests with a script. Redirects are not followed, statuses are not judged.
/// Cancelling the task ends the request and throws ``TransportError/Kind/cancelled``.
package protocol Transport: Sendable {
    /// - Parameter timeout: from the call until the whole answer is there, connecting included.
    func send(
        _ request: HTTPRequest, timeout: Duration
    ) async throws(TransportError) -> HTTPResponse

    /// Finds out whether a request could be sent, as far as the transport can: connects to the host
    /// of the URL, or to its Unix socket, and closes the connection again. For `https:` that is a
    /// whole TLS handshake, in which each side judges the other's certificate. No request is sent.
    func connect(to url: String) async throws(TransportError)
}

extension Transport {
    package func connect(to url: String) async throws(TransportError) {}
}

package struct HTTPRequest: Sendable, Equatable {
    package var method: String
    /// Absolute: `https://host[:port]/path?query`, percent-encoded as it goes on the wire.
    package var url: String
    package var headers: HTTPHeaders
    package var body: [UInt8]
    /// The largest body of the answer, in bytes; nil for the transport's own limit. More is
    /// ``TransportError/Kind/tooLarge``, and is not read.
    package var answerLimit: Int?
    /// Whether no proxy may be between, whatever is configured: for what only this machine or its
    /// host can answer.
    package var isDirect = false

    package init(
        method: String = "POST", url: String, headers: HTTPHeaders = HTTPHeaders(),
        body: [UInt8] = [], answerLimit: Int? = nil
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.answerLimit = answerLimit
    }
}

package struct HTTPResponse: Sendable, Equatable {
    package var status: Int
    package var headers: HTTPHeaders
    package var body: [UInt8]

    package init(status: Int, headers: HTTPHeaders = HTTPHeaders(), body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }
}

/// Why there is no answer.
package struct TransportError: Error, Equatable, CustomStringConvertible {
    package enum Kind: Sendable, Equatable {
        /// The host's name has no address.
        case unresolved
        /// Nothing listens there, or nothing answers the connect.
        case unreachable
        /// The TLS handshake or the certificate failed.
        case tls
        /// The time was over before the whole answer was there.
        case timeout
        /// The connection ended in the middle: the request may have been carried out.
        case closed
        /// A connection that had served requests before ended before any of the answer came: most
        /// likely the server had closed it, unused as it was. The request may have been carried
        /// out all the same.
        case stale
        /// The answer is larger than the transport's limit.
        case tooLarge
        /// What came back is not HTTP.
        case malformed
        /// The URL cannot be used.
        case invalidURL
        /// The caller's task was cancelled.
        case cancelled
    }

    package let kind: Kind
    /// Names the host and what went wrong with it; never a header or a query.
    package let description: String

    package init(_ kind: Kind, _ description: String) {
        self.kind = kind
        self.description = description
    }
}
