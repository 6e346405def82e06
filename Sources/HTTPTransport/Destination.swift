import HTTP

/// Where connections go: requests to one destination share them.
struct Destination: Hashable {
    enum Place: Hashable {
        case host(String, port: Int)
        /// The path of a Unix socket.
        case socket(String)
    }

    let place: Place
    /// Whether the server is spoken to over TLS.
    let isTLS: Bool
    let proxy: Proxy?

    /// Whether a connection has a handshake of TLS before its first request, with the server or
    /// with a proxy.
    var hasHandshake: Bool { isTLS || proxy?.isTLS ?? false }
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
    /// The `Proxy-Authorization` field of each request, with its CR LF; empty where it has none.
    let authorization: [UInt8]

    /// What errors call the way there, until there is a connection.
    var way: String { destination.proxy.map { "\(name): the proxy \($0)" } ?? name }

    /// - Throws: ``TransportError/Kind/invalidURL``.
    init(
        _ url: String, _ proxies: ProxySettings = ProxySettings()
    ) throws(TransportError) {
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
        let proxy = proxies.proxy(for: parts)
        switch parts.scheme {
        case "http", "https":
            destination = Destination(
                place: .host(parts.host, port: parts.port ?? (isTLS ? 443 : 80)), isTLS: isTLS,
                proxy: proxy)
        case "http+unix", "https+unix":
            destination = Destination(place: .socket(name), isTLS: isTLS, proxy: nil)
        default:
            throw TransportError(
                .invalidURL, "\(name): only http and https URLs can be used")
        }
        // The server's certificate would be looked at for the proxy's address.
        if isTLS, let proxy, destination.serverName == nil {
            throw TransportError(
                .invalidURL,
                "\(name): an https URL with an address cannot go through a proxy (\(proxy)); take "
                    + "a name, or put the address into NO_PROXY")
        }
        let path = parts.path.isEmpty ? "/" : parts.path
        // A proxy is told the whole URL (RFC 9112, 3.2.2); where it only connects, it sees none.
        let isForwarded = proxy != nil && !isTLS
        let origin = isForwarded ? "http://\(parts.hostField)" : ""
        let credentials = isForwarded ? proxy?.authorization : nil
        authorization = Array(
            (credentials.map { "Proxy-Authorization: \($0)\r\n" } ?? "").utf8)
        line = Array(" \(origin)\(path)\(parts.query.map { "?\($0)" } ?? "") HTTP/1.1\r\n".utf8)
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
