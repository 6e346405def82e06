/// `host[:port]` of a URL, or the path of its Unix socket, to name it in an error: never its user
/// information, path or query.
package struct Authority: CustomStringConvertible {
    package let description: String
    /// Whether it is the path of a Unix socket.
    package let isSocket: Bool
    /// Whether the port is one that TCP has; nil where there is none.
    package let hasPort: Bool?

    package init(of url: String) {
        let rest = url.firstRange(of: "://").map { url[$0.upperBound...] } ?? url[...]
        let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        let host = authority.split(separator: "@").last ?? ""
        isSocket = !host.isEmpty && HTTPTarget.isSocket(url: url)
        let end = host.lastIndex { $0 == ":" || $0 == "]" }.map { host[$0...] } ?? ""
        hasPort = isSocket || !end.hasPrefix(":") ? nil : UInt16(end.dropFirst()) ?? 0 > 0
        if host.isEmpty {
            description = "a URL without a host"
        } else {
            let path = isSocket ? String(percentDecoding: host) : nil
            description = path ?? String(host)
        }
    }
}
