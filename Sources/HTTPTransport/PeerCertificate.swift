import NIOSSL

/// Whose certificate a server shows, for people.
package struct PeerCertificate: Sendable, Equatable {
    /// The subject's and the issuer's common name, or what else they are called by.
    package let subject: String
    package let issuer: String
    /// The end of its validity, in seconds since 1970-01-01 UTC.
    package let notAfter: Int

    package init(subject: String, issuer: String, notAfter: Int) {
        self.subject = subject
        self.issuer = issuer
        self.notAfter = notAfter
    }

    init(_ certificate: NIOSSLCertificate) {
        let names = (try? certificate.toDERBytes()).flatMap(CertificateNames.init)
        self.init(
            subject: names?.subject ?? "unknown", issuer: names?.issuer ?? "unknown",
            notAfter: Int(certificate.notValidAfter))
    }
}

/// The names in a certificate (RFC 5280, 4.1), of which NIOSSL tells none but the subject's.
private struct CertificateNames {
    let subject: String
    let issuer: String

    private static let version: UInt8 = 0xA0
    /// 2.5.4.3 and 2.5.4.10: commonName and organizationName (RFC 4519).
    private static let identifiers: [[UInt8]] = [[0x55, 0x04, 0x03], [0x55, 0x04, 0x0A]]

    init?(_ bytes: [UInt8]) {
        var file = DER(bytes[...])
        guard var certificate = file.next(), var body = certificate.next() else { return nil }
        // The version may be left out; then the serial number and the algorithm follow.
        guard let first = body.next() else { return nil }
        if first.tag == Self.version { _ = body.next() }
        _ = body.next()
        guard let issuer = body.next(), body.next() != nil, let subject = body.next() else {
            return nil
        }
        self.issuer = Self.text(issuer)
        self.subject = Self.text(subject)
    }

    private static func text(_ name: DER) -> String {
        var found: [[UInt8]: String] = [:]
        var name = name
        while var set = name.next() {
            while var attribute = set.next() {
                guard let type = attribute.next(), let value = attribute.next() else { continue }
                found[Array(type.content)] = String(decoding: value.content, as: UTF8.self)
            }
        }
        return identifiers.lazy.compactMap { found[$0] }.first ?? "without a name"
    }
}

/// A value in the distinguished encoding of ASN.1 (X.690), with the values in it.
private struct DER {
    let tag: UInt8
    private(set) var content: ArraySlice<UInt8>

    /// More bytes of length than this say a size that no certificate has.
    private static let lengthMaximum = 4

    /// - Parameter content: one value after the other.
    init(_ content: ArraySlice<UInt8>, tag: UInt8 = 0) {
        self.tag = tag
        self.content = content
    }

    /// Takes the first value; nil at the end, and where it is cut.
    mutating func next() -> DER? {
        var rest = content
        guard let tag = rest.popFirst(), let first = rest.popFirst() else { return nil }
        var length = Int(first)
        if first >= 0x80 {
            let count = Int(first & 0x7F)
            guard (1...Self.lengthMaximum).contains(count), rest.count >= count else { return nil }
            length = rest.prefix(count).reduce(0) { $0 << 8 | Int($1) }
            rest = rest.dropFirst(count)
        }
        guard length <= rest.count else { return nil }
        content = rest.dropFirst(length)
        return DER(rest.prefix(length), tag: tag)
    }
}
