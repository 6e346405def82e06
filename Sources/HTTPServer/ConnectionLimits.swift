/// What the clients of one server may take of it.
package struct ConnectionLimits: Sendable {
    /// Many times what a browser or a scraper sends; what is longer is answered with 400.
    package static let usualHead = 16 << 10

    /// Connections at once; one more is closed as it comes.
    package let connections: Int
    /// The longest target of a request, and all of its header fields together, in bytes.
    package let head: Int
    /// The largest body of a request, in bytes. Of a larger one nothing is kept.
    package let body: Int
    /// How long a client may take for its first request, and from the head of a later one to its
    /// end; nil for as long as it likes.
    package let requestTime: Duration?
    /// How long a client may take from an answer to the head of its next request; nil for as long
    /// as it likes.
    package let idleTime: Duration?
    /// How long a client may take to read an answer, or a part of one.
    package let answerTime: Duration

    package init(
        connections: Int, head: Int = usualHead, body: Int, requestTime: Duration?,
        idleTime: Duration?, answerTime: Duration = .seconds(30)
    ) {
        self.connections = connections
        self.head = head
        self.body = body
        self.requestTime = requestTime
        self.idleTime = idleTime
        self.answerTime = answerTime
    }
}
