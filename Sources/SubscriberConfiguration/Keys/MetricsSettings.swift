import HTTP
import Settings

/// Where Prometheus reads metrics: the table `[metrics]`.
package struct MetricsSettings: KeyedSettings, Equatable {
    /// A place as ``ListenPlace`` reads it; nil for none.
    package var listen: String?
    package var allowsRemote = false

    package init() {}

    static let table = KeyTable<MetricsSettings>(
        "metrics", "Metrics for Prometheus. The control socket has them too, at /metrics.",
        keys: [
            Key(
                "listen", \.listen, .listenPlace, unset: "nowhere", example: "127.0.0.1:9325",
                """
                Where /metrics and /healthz are served. Everyone who reaches it can read names of \
                queues and handlers, and counts; no message. Takes effect with a restart.
                """),
            Key(
                "allow_remote", \.allowsRemote, .boolean,
                "Listen at an address that other machines reach, too."),
        ])
}

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
