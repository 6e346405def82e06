/// `host[:port]` of a URL, or the path of its Unix socket, to name it in an error: never its user
/// information, path or query.
struct Authority: CustomStringConvertible {
    let description: String
    /// Whether it is the path of a Unix socket.
    let isSocket: Bool
    /// Whether the port is one that TCP has; nil where there is none.
    let hasPort: Bool?

    init(of url: String) {
        let rest = url.firstRange(of: "://").map { url[$0.upperBound...] } ?? url[...]
        let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        let host = authority.split(separator: "@").last ?? ""
        isSocket = !host.isEmpty && url.contains("+unix://")
        let end = host.lastIndex { $0 == ":" || $0 == "]" }.map { host[$0...] } ?? ""
        hasPort = isSocket || !end.hasPrefix(":") ? nil : UInt16(end.dropFirst()) ?? 0 > 0
        if host.isEmpty {
            description = "a URL without a host"
        } else {
            description = isSocket ? Self.decode(host) : String(host)
        }
    }

    /// Percent-encoding undone.
    private static func decode(_ text: Substring) -> String {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            let digits = String(decoding: rest.prefix(2), as: UTF8.self)
            if byte == UInt8(ascii: "%"), let decoded = UInt8(digits, radix: 16) {
                bytes.append(decoded)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
