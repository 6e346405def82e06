import Glibc

/// What the system's resolver makes of a host's name, getaddrinfo(3).
package enum HostAddresses {
    /// Why there is none, in the resolver's words.
    package struct Failure: Error, CustomStringConvertible {
        package let description: String

        package init(description: String) {
            self.description = description
        }
    }

    /// The addresses as texts, each once, in the resolver's order. Blocks its thread for as long as
    /// the resolver does.
    package static func find(_ host: String) throws(Failure) -> [String] {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        let status = getaddrinfo(host, nil, &hints, &list)
        guard status == 0 else {
            throw Failure(description: String(cString: gai_strerror(status)))
        }
        defer { freeaddrinfo(list) }
        var texts: [String] = []
        var entry = list
        while let one = entry?.pointee {
            var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
            let named = getnameinfo(
                one.ai_addr, one.ai_addrlen, &text, socklen_t(text.count), nil, 0, NI_NUMERICHOST)
            let bytes = text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
            let address = String(decoding: bytes, as: UTF8.self)
            if named == 0, !texts.contains(address) { texts.append(address) }
            entry = one.ai_next
        }
        return texts
    }
}
