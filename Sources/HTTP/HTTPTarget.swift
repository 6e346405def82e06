/// Where an `http` handler posts: a URL, or a Unix socket with a path.
package enum HTTPTarget: Sendable, Equatable {
    /// `http` or `https`, with a host, without user name or fragment.
    case web(String)
    /// Plain HTTP over the socket at an absolute path of the file system, `unix:/run/app.sock`, to
    /// a path of the server, `unix:/run/app.sock:/tasks`.
    case unix(socket: String, path: String)

    private static let prefix = "unix:"
    /// What `sun_path` holds besides its NUL, unix(7).
    package static let socketPathBytes = 107

    /// Nil where the text is neither.
    package init?(_ text: String) {
        guard text.hasPrefix(Self.prefix) else {
            guard WebAddress(text) != nil else { return nil }
            self = .web(text)
            return
        }
        let parts = text.dropFirst(Self.prefix.count).split(
            separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        let path = parts.count == 2 ? String(parts[1]) : "/"
        guard let socket = parts.first, socket.hasPrefix("/"), socket.count > 1,
            socket.utf8.count <= Self.socketPathBytes,
            path.hasPrefix("/"), path.utf8.allSatisfy({ (0x21...0x7E).contains($0) }),
            !path.contains("#")
        else { return nil }
        self = .unix(socket: String(socket), path: path)
    }

    /// The target as a URL that HTTP clients take: a socket's path becomes a percent-encoded host.
    package var url: String {
        switch self {
        case .web(let url): url
        case .unix(let socket, let path):
            "http" + Self.socketMark
                + String(percentEncoding: socket, keeping: isAlphanumeric) + path
        }
    }

    private static let socketMark = "+unix://"

    /// Whether a URL, as ``url`` makes them, is of a Unix socket.
    package static func isSocket(url: String) -> Bool { url.contains(socketMark) }
}
