import HTTP
import NIOCore
import NIOSSL

/// Whether a certificate is for the name of a server (RFC 9110, 4.3.4; RFC 9525).
///
/// NIOSSL is content with one for the address that was connected to, whatever the name was, and
/// with one that has the name as its subject's alone. Whoever answers for a name in DNS, and has a
/// certificate for his own address, would be taken for any server.
enum ServerIdentity {
    /// The certificate is for others.
    struct Mismatch: Error {}

    static func check(_ certificate: NIOSSLCertificate, isFor name: String) throws(Mismatch) {
        let isNamed = certificate._subjectAlternativeNames().contains { entry in
            entry.nameType == .dnsName
                && entry.contents.withUnsafeBufferPointer {
                    matches(pattern: String(decoding: $0, as: UTF8.self), name: name)
                }
        }
        guard isNamed else { throw Mismatch() }
    }

    /// - Parameter pattern: a name, or `*.` and what follows the first label of names, two labels
    ///   at least.
    static func matches(pattern: String, name: String) -> Bool {
        let pattern = lowercasedASCII(pattern)
        var name = lowercasedASCII(name)
        if name.hasSuffix(".") { name.removeLast() }
        if pattern == name { return !name.isEmpty }
        guard pattern.hasPrefix("*."), let dot = name.firstIndex(of: "."), dot > name.startIndex
        else { return false }
        let parent = pattern.dropFirst(2)
        return parent.contains(".") && parent == name[name.index(after: dot)...]
    }
}
