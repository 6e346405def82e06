import FoundationEssentials

/// The parts of an absolute `http` or `https` URL that a setting is judged by.
package struct WebAddress {
    package let scheme: String
    package let host: String
    package let path: String
    package let query: String?
    package let hasUserInfo: Bool
    package let hasFragment: Bool

    /// Nil where the text is not a URL with scheme `http` or `https`, a host and, where it has
    /// one, a port that TCP has.
    package init?(_ text: String) {
        guard let parts = URLComponents(string: text, encodingInvalidCharacters: false),
            let scheme = parts.scheme?.lowercased(),
            scheme == "http" || scheme == "https", let host = parts.host, !host.isEmpty,
            parts.port.map({ (1...65535).contains($0) }) ?? true
        else { return nil }
        self.scheme = scheme
        self.host = host
        path = parts.percentEncodedPath
        query = parts.percentEncodedQuery
        hasUserInfo = parts.user != nil || parts.password != nil
        hasFragment = parts.fragment != nil
    }

    /// Whether what is sent there crosses a network readable: plain HTTP to another host.
    package var isPlaintextToOthers: Bool { scheme == "http" && !isLoopback(host: host) }
}
