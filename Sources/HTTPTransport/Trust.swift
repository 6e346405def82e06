import Glibc
import NIOCore
import NIOSSL
import Synchronization

extension TLSConfiguration {
    /// Whom the options trust, and what is shown to those who ask, from TLS 1.2 on: the versions
    /// before it are broken, and AWS refuses them.
    init(_ options: AsyncHTTPTransport.Options) {
        self = .makeClientConfiguration()
        minimumTLSVersion = .tlsv12
        if let file = options.certificateAuthorities { trustRoots = .file(file) }
        options.identity?.apply(to: &self)
        applicationProtocols = ["http/1.1"]
    }
}

/// A file of certificate authorities, in PEM.
package enum CertificateAuthorities {
    /// Why there are none: names the file and what is wrong with it.
    package struct Problem: Error, CustomStringConvertible {
        package let description: String
    }

    /// Reads the file. What it holds later is another matter.
    package static func check(_ file: String) throws(Problem) {
        guard access(file, R_OK) == 0 else {
            throw Problem(
                description: "'\(file)' cannot be read: \(String(cString: strerror(errno)))")
        }
        do {
            guard try NIOSSLCertificate.fromPEMFile(file).isEmpty else { return }
        } catch {
            // What is no certificate in it is said below.
        }
        throw Problem(description: "'\(file)' has no certificate in PEM")
    }
}

/// Which reading of the certificate authorities counts.
///
/// async-http-client reads them once for each TLS configuration. So that an authority that is
/// installed later is seen, a failure of TLS begins a generation, whose configuration differs from
/// that of the last one in nothing that matters.
final class TrustGeneration: Sendable {
    /// async-http-client keeps what it has read for the last 8 configurations, and a pool of
    /// connections for each that it has ever met: more than the first, and no more than that.
    private static let generations = 12

    private let generation = Atomic(0)

    var current: Int { generation.load(ordering: .relaxed) }

    /// Begins the next generation, unless that has happened since `failed` was the current one.
    func renew(_ failed: Int) {
        _ = generation.compareExchange(
            expected: failed, desired: failed + 1, ordering: .relaxed)
    }

    /// Nil for that of the client, which is the first's.
    func configuration(
        of generation: Int, _ options: AsyncHTTPTransport.Options
    ) -> TLSConfiguration? {
        guard generation > 0 else { return nil }
        var configuration = TLSConfiguration(options)
        // The time for the end of TLS, which is some seconds.
        configuration.shutdownTimeout =
            configuration.shutdownTimeout + .nanoseconds(Int64(generation % Self.generations))
        return configuration
    }
}
