import SQS

/// How queues are addressed from outside: `http://HOST:PORT/ACCOUNT/NAME`, with the host and port
/// by which the client reached the server, and `/REGION/ACCOUNT/NAME` in a region that is not the
/// server's own.
struct QueueAddress: Sendable {
    /// The request's `Host` header.
    let host: String
    let account: String
    /// Nil for the server's own.
    var region: String?
    /// The queues that are the server's own region's, whichever region lists them.
    var shared: Set<String> = []

    func url(of name: String) -> String {
        let place = shared.contains(name) ? "" : region.map { "/\($0)" } ?? ""
        return "http://\(host)\(place)/\(account)/\(name)"
    }

    /// The region in a URL; nil where it names none.
    static func region(in url: String) -> String? {
        // A host may look like a region.
        let path = url.firstRange(of: "://").map { url[$0.upperBound...].drop { $0 != "/" } }
        let parts = (path ?? url[...]).split(separator: "/")
        guard parts.count >= 3, parts[parts.count - 2].utf8.count == 12 else { return nil }
        return RequestRegion.valid(String(parts[parts.count - 3]))
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
