import ArgumentParser

/// `HOST:PORT`, `[::1]:9324` or `:9324`.
struct ListenAddress: ExpressibleByArgument, Sendable {
    let host: String
    let port: Int

    static let standard = ListenAddress(host: "127.0.0.1", port: 9324)

    private init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    init?(argument: String) {
        guard let colon = argument.lastIndex(of: ":"),
            let port = Int(argument[argument.index(after: colon)...]), (0...65_535).contains(port)
        else { return nil }
        var host = String(argument[..<colon])
        if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
        self.init(host: host.isEmpty ? Self.standard.host : host, port: port)
    }

    var defaultValueDescription: String { "\(host):\(port)" }
}

/// Names that the embedded queue is reached by.
enum AllowedHosts {
    static let help = ArgumentHelp(
        """
        A name by which clients reach the embedded queue, such as that of a container; repeat for \
        more. Addresses and localhost need none.
        """, valueName: "name")
}
