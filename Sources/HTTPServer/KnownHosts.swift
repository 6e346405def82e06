import HTTP

/// The hosts for which the requests of a server may be.
///
/// A web page that has its own name resolve to this machine (DNS rebinding) may read what a server
/// on loopback answers, as its browser has it. The header `Host` tells: it is that name, which the
/// page cannot choose.
package enum KnownHosts: Sendable, Equatable {
    case any
    /// Loopback's names and addresses, and these.
    case loopback(and: [String])
    /// All addresses, loopback's names, and these.
    case addresses(and: [String])

    /// Whether a request may be for that host. One that names none is not a browser's.
    ///
    /// - Parameter authority: the header `Host`: `HOST` or `HOST:PORT`.
    package func include(_ authority: String?) -> Bool {
        guard let authority else { return true }
        let host = host(ofAuthority: authority)
        return switch self {
        case .any: true
        case .loopback(let own): isLoopback(host: host) || Self.isOne(host, of: own)
        case .addresses(let own):
            isAddress(host: host) || isLoopback(host: host) || Self.isOne(host, of: own)
        }
    }

    private static func isOne(_ host: String, of names: [String]) -> Bool {
        names.contains { plainHost($0) == host }
    }
}
