/// `host[:port]` of a URL, to name it in an error: never its user information, path or query.
struct Authority: CustomStringConvertible {
    let description: String

    init(of url: String) {
        let rest = url.firstRange(of: "://").map { url[$0.upperBound...] } ?? url[...]
        let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        let host = authority.split(separator: "@").last ?? ""
        description = host.isEmpty ? "a URL without a host" : String(host)
    }
}
