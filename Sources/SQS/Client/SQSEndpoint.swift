import HTTP

/// Where the requests of a client go.
///
/// A configured endpoint gets every request, also those about a queue whose URL names another host:
/// servers behind a port mapping or a proxy answer URLs that lead nowhere. Without one, a request
/// about a queue goes to the host of the queue's URL, which may be a VPC endpoint's, and the others
/// go to the region's host.
package enum SQSEndpoint: Sendable, Equatable {
    /// The URL that the operator set, its path kept.
    case configured(String)
    /// The URL of the region's host.
    case regional(String)

    /// The URL to post to.
    ///
    /// - Throws: `malformed` where the URL of the queue, or of the endpoint, is no `http` or
    ///   `https` URL with a host and without user information.
    package func url(forQueue queueURL: String?) throws(SQSError) -> String {
        switch self {
        case .configured(let endpoint):
            return try Self.withPath(endpoint)
        case .regional(let endpoint):
            guard let queueURL else { return try Self.withPath(endpoint) }
            return try Self.origin(of: queueURL) + "/"
        }
    }

    private static func withPath(_ url: String) throws(SQSError) -> String {
        try origin(of: url) == url ? url + "/" : url
    }

    /// `scheme://host[:port]`.
    private static func origin(of url: String) throws(SQSError) -> String {
        for scheme in ["https://".utf8, "http://".utf8] {
            let start = url.utf8.prefix(scheme.count)
            guard start.elementsEqual(scheme, by: { lowercasedASCII($0) == $1 }) else { continue }
            let host = url.utf8[start.endIndex...].prefix {
                $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "?") && $0 != UInt8(ascii: "#")
            }
            guard !host.isEmpty, host.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != 0x40 })
            else { break }
            return String(url[..<host.endIndex])
        }
        throw SQSError(
            .malformed, code: "InvalidURL",
            "“\(url.prefix(200))” is not the URL of a queue or an endpoint; "
                + "https://HOST/ACCOUNT/NAME is expected.")
    }
}
