import Glibc

/// Whether a host can only be this machine, by its name or address alone: nothing is looked up.
/// It decides where plain HTTP is allowed.
///
/// So are `localhost` and the names below it (RFC 6761), 127.0.0.0/8, `::1` in all its spellings,
/// and an IPv6 address that means one of 127.0.0.0/8. The short forms of old, `127.1`, and octets
/// with leading zeros are not: resolvers, proxies and libraries do not read them alike, and what is
/// taken for this machine by mistake is sent where others can read it.
///
/// - Parameter host: of a URL; an IPv6 address with or without its brackets.
package func isLoopback(host: some StringProtocol) -> Bool {
    var name = lowercasedASCII(host)
    if name.utf8.first == UInt8(ascii: "["), name.utf8.last == UInt8(ascii: "]") {
        name = String(name.dropFirst().dropLast())
        return isLoopback(IPv6: name)
    }
    // A NUL would end the text for the system, and what stands after it go unseen.
    guard !name.utf8.contains(0) else { return false }
    var address = in_addr()
    if inet_pton(AF_INET, name, &address) == 1 {
        return UInt32(bigEndian: address.s_addr) >> 24 == 127
    }
    if name.utf8.last == UInt8(ascii: ".") { name = String(name.utf8.dropLast()) ?? name }
    return name == "localhost" || name.hasSuffix(".localhost") || isLoopback(IPv6: name)
}

/// Whether a host is an address, of IPv4 or IPv6, and no name.
///
/// - Parameter host: without the brackets that a URL puts around an address of IPv6.
package func isAddress(host: String) -> Bool {
    // See above.
    guard !host.utf8.contains(0) else { return false }
    var (v4, v6) = (in_addr(), in6_addr())
    return inet_pton(AF_INET, host, &v4) == 1 || inet_pton(AF_INET6, host, &v6) == 1
}

/// The host of `HOST` or `HOST:PORT`, in small letters, without a dot at its end, and an address of
/// IPv6 without its brackets: as two that are the same are spelled alike.
package func host(ofAuthority authority: String) -> String {
    var host = authority[...]
    if let colon = host.lastIndex(of: ":"),
        host[colon...].dropFirst().utf8.allSatisfy({ (0x30...0x39).contains($0) })
    {
        host = host[..<colon]
    }
    if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
    return plainHost(String(host))
}

/// A host in small letters and without a dot at its end.
package func plainHost(_ name: String) -> String {
    let lower = name.lowercased()
    return lower.hasSuffix(".") ? String(lower.dropLast()) : lower
}

private func isLoopback(IPv6 text: String) -> Bool {
    var address = in6_addr()
    guard !text.utf8.contains(0), inet_pton(AF_INET6, text, &address) == 1 else { return false }
    return withUnsafeBytes(of: address) { bytes in
        let start = bytes.prefix(12)
        if start.elementsEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]) {
            return bytes.suffix(4).elementsEqual([0, 0, 0, 1])
        }
        return start.elementsEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF]) && bytes[12] == 127
    }
}
