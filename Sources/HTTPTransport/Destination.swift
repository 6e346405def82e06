import HTTP

/// Where connections go: requests to one destination share them.
struct Destination: Hashable {
    enum Place: Hashable {
        case host(String, port: Int)
        /// The path of a Unix socket.
        case socket(String)
    }

    let place: Place
    let isTLS: Bool
}

/// One URL, taken apart once for all the requests that go to it.
final class Route: Sendable {
    let destination: Destination
    /// What errors call it: never its user information, path or query.
    let name: String
    /// What follows the method in the first line of a request, with its CR LF.
    let line: [UInt8]
    /// The `Host` field of a request that has none of its own, with its CR LF.
    let host: [UInt8]

    /// - Throws: ``TransportError/Kind/invalidURL``.
    init(_ url: String) throws(TransportError) {
        let authority = Authority(of: url)
        name = authority.description
        // A blank or a line's end would be taken for the end of what is asked for.
        guard url.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw TransportError(
                .invalidURL, "the URL has characters that must be percent-encoded")
        }
        guard authority.hasPort ?? true else {
            throw TransportError(.invalidURL, "\(name): there is no such port")
        }
        guard let parts = URLParts(Route.withoutUser(url)) else {
            throw TransportError(.invalidURL, "\(name): the URL cannot be used")
        }
        let isTLS = parts.scheme == "https" || parts.scheme == "https+unix"
        switch parts.scheme {
        case "http", "https":
            destination = Destination(
                place: .host(parts.host, port: parts.port ?? (isTLS ? 443 : 80)), isTLS: isTLS)
        case "http+unix", "https+unix":
            destination = Destination(place: .socket(name), isTLS: isTLS)
        default:
            throw TransportError(
                .invalidURL, "\(name): only http and https URLs can be used")
        }
        let path = parts.path.isEmpty ? "/" : parts.path
        line = Array(" \(path)\(parts.query.map { "?\($0)" } ?? "") HTTP/1.1\r\n".utf8)
        host = Array("Host: \(authority.isSocket ? "localhost" : parts.hostField)\r\n".utf8)
    }

    /// The URL without the user name and password that may stand before its host.
    private static func withoutUser(_ url: String) -> String {
        guard let start = url.firstRange(of: "://")?.upperBound else { return url }
        let end = url[start...].firstIndex { "/?#".contains($0) } ?? url.endIndex
        guard let at = url[start..<end].lastIndex(of: "@") else { return url }
        return String(url[..<start] + url[url.index(after: at)...])
    }
}
