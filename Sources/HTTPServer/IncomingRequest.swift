package import HTTP

/// One request that a server was sent.
package struct IncomingRequest: Sendable {
    package let method: String
    /// The path as it was sent, without the query.
    package let path: String
    /// What follows the question mark; nil where there is none.
    package let query: String?
    package let headers: HTTPHeaders
    /// Nil: larger than is taken.
    package let body: [UInt8]?
    /// The fields after a body in chunks; empty where there are none.
    package let trailers: HTTPHeaders

    package init(
        method: String, target: String, headers: HTTPHeaders = HTTPHeaders(),
        body: [UInt8]? = [], trailers: HTTPHeaders = HTTPHeaders()
    ) {
        self.method = method
        let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        path = parts.first.map(String.init) ?? ""
        query = parts.count > 1 ? String(parts[1]) : nil
        self.headers = headers
        self.body = body
        self.trailers = trailers
    }
}

/// What a server answers.
package struct ServerAnswer: Sendable {
    package enum Body: Sendable {
        case bytes([UInt8])
        /// Parts that are sent as they come, each when the client has taken the one before. The
        /// connection is closed after the last. The sequence is ended when the client has gone.
        case parts(AsyncStream<[UInt8]>)
    }

    package let status: Int
    /// The fields but for the length, which follows from the body.
    package let headers: [(name: String, value: String)]
    package let body: Body

    package init(status: Int, headers: [(name: String, value: String)] = [], body: Body) {
        self.status = status
        self.headers = headers
        self.body = body
    }
}
