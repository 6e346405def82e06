import FoundationEssentials
import Glibc
import HTTP

/// A proxy for HTTP, which requests to other hosts go through. Its text never has its credentials.
struct Proxy: Sendable, Hashable, CustomStringConvertible {
    let host: String
    let port: Int
    /// Whether it is spoken to over TLS.
    let isTLS: Bool
    /// The value of `Proxy-Authorization`, nil where the proxy wants to know nothing.
    let authorization: String?

    var description: String {
        host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]:\(port)" : "\(host):\(port)"
    }

    /// - Parameter text: `[http[s]://][USER:PASSWORD@]HOST[:PORT]`, user and password
    ///   percent-encoded where they must be.
    /// - Throws: why it is none, without its credentials.
    init(_ text: String) throws(ProxySettings.Problem) {
        let start = text.firstRange(of: "://")
        let scheme = start.map { lowercasedASCII(text[..<$0.lowerBound]) } ?? "http"
        guard scheme == "http" || scheme == "https" else {
            throw ProxySettings.Problem(description: "only http and https proxies can be used")
        }
        let rest = text[(start?.upperBound ?? text.startIndex)...]
        let place = rest.drop { $0 == "/" }.prefix { $0 != "/" }
        let user = place.lastIndex(of: "@").map { place[..<$0] }
        let host = place[(user.map { place.index(after: $0.endIndex) } ?? place.startIndex)...]
        guard let parts = URLParts("\(scheme)://\(host)"), parts.port != 0,
            parts.host.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
        else { throw ProxySettings.Problem(description: "it is not the URL of a proxy") }
        self.host = parts.host
        isTLS = scheme == "https"
        port = parts.port ?? (isTLS ? 443 : 80)
        authorization = try user.flatMap(Proxy.basic)
    }

    /// The credentials as RFC 7617 has them; nil for an empty user.
    private static func basic(_ text: Substring) throws(ProxySettings.Problem) -> String? {
        let colon = text.firstIndex(of: ":")
        let password = colon.map { text[text.index(after: $0)...] } ?? ""
        guard let user = String(percentDecoding: text[..<(colon ?? text.endIndex)]),
            let password = String(percentDecoding: password)
        else {
            throw ProxySettings.Problem(
                description: "its user name or password is not percent-encoded")
        }
        return user.isEmpty
            ? nil : "Basic " + Data("\(user):\(password)".utf8).base64EncodedString()
    }
}

/// Which requests go through which proxy, as the variables of the environment say that curl,
/// Python and the tools of AWS take.
package struct ProxySettings: Sendable {
    /// Why a variable names no proxy; names the variable, and nothing of its value.
    package struct Problem: Error, CustomStringConvertible {
        package let description: String
    }

    private var proxies: [String: Proxy] = [:]
    private var exceptions: [ProxyException] = []

    /// No proxy for anything.
    package init() {}

    /// Takes `http_proxy` for `http:` URLs, `https_proxy` for `https:`, and `no_proxy` for those
    /// that go without: in lower case, and in upper case where that is not set. One that is set to
    /// nothing means none.
    ///
    /// `HTTP_PROXY` does not count beside `REQUEST_METHOD`: for a program that a web server runs it
    /// is what a header of the request says (CVE-2016-5385).
    package init(environment: [String: String]) throws(Problem) {
        func value(_ name: String) -> (variable: String, text: String)? {
            let upper = name.uppercased()
            let isForged = upper == "HTTP_PROXY" && environment["REQUEST_METHOD"] != nil
            let variable = environment[name] != nil || isForged ? name : upper
            guard let text = environment[variable], !text.isEmpty else { return nil }
            return (variable, text)
        }
        for scheme in ["http", "https"] {
            guard let (variable, text) = value("\(scheme)_proxy") else { continue }
            do throws(Problem) {
                proxies[scheme] = try Proxy(text)
            } catch {
                throw Problem(description: "\(variable): \(error)")
            }
        }
        exceptions = (value("no_proxy")?.text ?? "").split { $0 == "," || $0 == " " }
            .map { ProxyException($0) }
    }

    /// The proxy's host and port for a URL; nil where there is none for it.
    package func name(forURL url: String) -> String? {
        URLParts(url).flatMap(proxy)?.description
    }

    /// The proxy for a URL; nil where there is none for it.
    func proxy(for url: URLParts) -> Proxy? {
        guard let proxy = proxies[url.scheme] else { return nil }
        let port = url.port ?? (url.scheme == "https" ? 443 : 80)
        return exceptions.contains { $0.matches(url.host, port: port) } ? nil : proxy
    }
}

/// One entry of `no_proxy`: `*`, a name with all names below it, an address or a network of them;
/// names and addresses with a port where it is for that alone.
struct ProxyException: Sendable {
    private enum Hosts: Sendable {
        case all
        /// A name in lower case, without dots around it.
        case name(String)
        case network([UInt8], bits: Int)
    }

    private let hosts: Hosts
    private let port: Int?

    init(_ text: Substring) {
        if let network = Self.network(text) {
            (hosts, port) = (network, nil)
            return
        }
        let parts = URLParts("http://\(text)")
        port = parts?.port
        let name = parts?.host ?? lowercasedASCII(text)
        hosts = name == "*" ? .all : Self.network(name[...]) ?? .name(Self.undotted(name))
    }

    func matches(_ host: String, port: Int) -> Bool {
        guard self.port ?? port == port else { return false }
        switch hosts {
        case .all: return true
        case .name(let name):
            let host = Self.undotted(host)
            return host == name || host.hasSuffix("." + name) && Self.address(host[...]) == nil
        case .network(let bytes, let bits):
            guard let address = Self.address(host[...]), address.count == bytes.count else {
                return false
            }
            return (0..<bits).allSatisfy { bit in
                (address[bit / 8] ^ bytes[bit / 8]) & (0x80 >> UInt8(bit % 8)) == 0
            }
        }
    }

    /// A name without the dots that mean the names below it, or the root.
    private static func undotted(_ name: String) -> String {
        var name = name.drop { $0 == "." }
        if name.hasSuffix(".") { name.removeLast() }
        return String(name)
    }

    /// `10.0.0.0/8`, or the network of one address.
    private static func network(_ text: Substring) -> Hosts? {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first, let bytes = address(first) else { return nil }
        guard parts.count == 2 else { return .network(bytes, bits: bytes.count * 8) }
        guard let bits = UInt8(parts[1]), bits <= bytes.count * 8 else { return nil }
        return .network(bytes, bits: Int(bits))
    }

    private static func address(_ text: Substring) -> [UInt8]? {
        guard !text.utf8.contains(0) else { return nil }
        for (family, length) in [(AF_INET, 4), (AF_INET6, 16)] {
            var bytes = [UInt8](repeating: 0, count: length)
            if inet_pton(family, String(text), &bytes) == 1 { return bytes }
        }
        return nil
    }
}
