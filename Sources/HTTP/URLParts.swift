/// The parts of an absolute URL, as they are written. Splits; decodes and normalises nothing.
///
/// `nil` for what no request of ours may go to: no scheme, no host, a bad port, or a user name and
/// password in front of the host.
package struct URLParts: Sendable, Equatable {
    /// The scheme in lower case.
    package let scheme: String
    /// The host in lower case; an IPv6 address without its brackets.
    package let host: String
    package let port: Int?
    /// The path as written, percent-encoding included; empty when there is none.
    package let path: Substring
    /// The query without the question mark.
    package let query: Substring?

    package init?(_ url: String) {
        let bytes = url.utf8
        guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")),
            url[colon...].utf8.starts(with: "://".utf8), colon != url.startIndex
        else { return nil }
        let authorityStart = bytes.index(colon, offsetBy: 3)
        let fragment = url[authorityStart...].utf8.firstIndex(of: UInt8(ascii: "#"))
        let rest = url[authorityStart..<(fragment ?? url.endIndex)]
        let authorityEnd = rest.utf8.firstIndex {
            $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "?")
        }
        let tail = rest[(authorityEnd ?? rest.endIndex)...]
        guard let place = Place(rest[..<(authorityEnd ?? rest.endIndex)]) else {
            return nil
        }
        scheme = lowercasedASCII(url[..<colon])
        host = place.host
        port = place.port
        if let mark = tail.utf8.firstIndex(of: UInt8(ascii: "?")) {
            path = tail[..<mark]
            query = tail[tail.utf8.index(after: mark)...]
        } else {
            path = tail
            query = nil
        }
    }

    /// What goes in the `Host` field: the port only where it is not the scheme's own.
    package var hostField: String {
        let name = host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]" : host
        guard let port, port != (scheme == "https" ? 443 : 80) else { return name }
        return "\(name):\(port)"
    }

    /// Whether the host can only be this machine.
    package var isLoopback: Bool { HTTP.isLoopback(host: host) }
}

/// The host and the port of a URL.
private struct Place {
    let host: String
    let port: Int?

    init?(_ text: Substring) {
        guard !text.utf8.contains(UInt8(ascii: "@")) else { return nil }
        let end: Substring.Index
        if text.utf8.first == UInt8(ascii: "[") {
            guard let bracket = text.utf8.firstIndex(of: UInt8(ascii: "]")) else { return nil }
            host = lowercasedASCII(text[text.utf8.index(after: text.startIndex)..<bracket])
            end = text.utf8.index(after: bracket)
        } else {
            end = text.utf8.firstIndex(of: UInt8(ascii: ":")) ?? text.endIndex
            host = lowercasedASCII(text[..<end])
        }
        guard !host.isEmpty else { return nil }
        let rest = text[end...]
        if rest.isEmpty {
            port = nil
        } else {
            guard rest.utf8.first == UInt8(ascii: ":"), let number = UInt16(rest.dropFirst())
            else { return nil }
            port = Int(number)
        }
    }
}

/// `A`–`Z` in lower case, every other character as it is: what names of hosts and fields need.
package func lowercasedASCII(_ text: some StringProtocol) -> String {
    guard text.utf8.contains(where: { lowercasedASCII($0) != $0 }) else { return String(text) }
    return String(unsafeUninitializedCapacity: text.utf8.count) { buffer in
        var count = 0
        for byte in text.utf8 {
            buffer[count] = lowercasedASCII(byte)
            count += 1
        }
        return count
    }
}

package func lowercasedASCII(_ byte: UInt8) -> UInt8 {
    byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z") ? byte | 0x20 : byte
}
