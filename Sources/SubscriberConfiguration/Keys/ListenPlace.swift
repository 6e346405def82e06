import HTTP
import Settings

/// Where a server listens: `HOST:PORT`, `[::1]:PORT`, or `unix:` and an absolute path.
package enum ListenPlace: Sendable, Equatable {
    case address(host: String, port: Int)
    case socket(String)

    private static let prefix = "unix:"

    package init?(_ text: String) {
        if text.hasPrefix(Self.prefix) {
            let path = String(text.dropFirst(Self.prefix.count))
            guard path.hasPrefix("/"), path.utf8.count <= HTTPTarget.socketPathBytes else {
                return nil
            }
            self = .socket(path)
            return
        }
        guard let colon = text.lastIndex(of: ":"),
            let port = UInt16(text[text.index(after: colon)...])
        else { return nil }
        var host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
        guard !host.isEmpty else { return nil }
        self = .address(host: String(host), port: Int(port))
    }

    /// Whether only processes of this machine can connect.
    var isLocal: Bool {
        switch self {
        case .address(let host, _): isLoopback(host: host)
        case .socket: true
        }
    }
}

extension ValueType where Value == String {
    static let listenPlace = text("HOST:PORT, such as \"127.0.0.1:9325\", or unix:/PATH") {
        ListenPlace($0) == nil ? "is no address to listen at" : nil
    }
}
