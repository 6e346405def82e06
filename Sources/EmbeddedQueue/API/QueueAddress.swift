import SQS

/// How queues are addressed from outside: `http://HOST:PORT/000000000000/NAME`, with the host and
/// port by which the client reached the server.
struct QueueAddress: Sendable {
    /// The request's `Host` header.
    let host: String

    func url(of name: String) -> String {
        "http://\(host)/\(QueueStore.accountID)/\(name)"
    }

    /// The name of the queue behind a URL, whichever host and account it names: behind a port
    /// mapping a client may well know the server by another name. A bare name will do.
    static func name(in url: String?) throws(StoreError) -> String {
        guard let url else { throw .missing("QueueUrl") }
        guard let name = url.split(separator: "/", omittingEmptySubsequences: false).last,
            !name.isEmpty
        else {
            throw StoreError(
                .invalidAddress, "The address \(url) is not valid for this endpoint.")
        }
        return String(name)
    }
}
