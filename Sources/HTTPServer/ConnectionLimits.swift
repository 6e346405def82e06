/// What the clients of one server may take of it.
package struct ConnectionLimits: Sendable {
    /// Connections at once; one more is closed as it comes.
    package let connections: Int
    /// The largest body of a request, in bytes. Of a larger one nothing is kept.
    package let body: Int
    /// How long a client may take from its connection, or its last answer, to the end of its next
    /// request; nil for as long as it likes.
    package let requestTime: Duration?
    /// How long a client may take to read an answer, or a part of one.
    package let answerTime: Duration

    package init(
        connections: Int, body: Int, requestTime: Duration?, answerTime: Duration = .seconds(30)
    ) {
        self.connections = connections
        self.body = body
        self.requestTime = requestTime
        self.answerTime = answerTime
    }
}
