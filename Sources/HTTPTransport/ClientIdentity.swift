import NIOSSL

/// A certificate and its private key, for servers that want to know who calls (mutual TLS).
package struct ClientIdentity: Sendable {
    /// Why there is none: names the file and what is wrong with it, and nothing that is in it.
    package struct Problem: Error, CustomStringConvertible {
        package let description: String
    }

    private let certificates: [NIOSSLCertificate]
    private let key: NIOSSLPrivateKey

    /// Reads both files, in PEM, now; they are not looked at again.
    ///
    /// - Parameter certificateFile: the certificate first, then those that vouch for it.
    package init(certificateFile: String, keyFile: String) throws(Problem) {
        do {
            certificates = try NIOSSLCertificate.fromPEMFile(certificateFile)
        } catch {
            throw Problem(description: "'\(certificateFile)' has no certificate in PEM: \(error)")
        }
        do {
            key = try NIOSSLPrivateKey(file: keyFile, format: .pem)
        } catch {
            throw Problem(description: "'\(keyFile)' has no private key in PEM: \(error)")
        }
    }

    func apply(to tls: inout TLSConfiguration) {
        tls.certificateChain = certificates.map { .certificate($0) }
        tls.privateKey = .privateKey(key)
    }
}
