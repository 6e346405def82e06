import Dispatch
import Glibc
import NIOCore
import NIOSSL

extension TLSConfiguration {
    /// Whom the options trust, and what is shown to those who ask, from TLS 1.2 on: the versions
    /// before it are broken, and AWS refuses them.
    init(_ options: NIOTransport.Options) {
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

/// What TLS needs to judge servers, read when the first connection wants it, and again after each
/// failure of TLS: an authority that is installed later is seen.
///
/// Bound to its event loop.
final class Trust {
    typealias Reading = EventLoopFuture<NIOSSLContext>

    private let loop: any EventLoop
    private let options: NIOTransport.Options
    private var reading: Reading?
    /// What the last reading has brought.
    private var context: NIOSSLContext?

    init(_ loop: any EventLoop, _ options: NIOTransport.Options) {
        self.loop = loop
        self.options = options
    }

    func current() -> Reading {
        if let reading { return reading }
        let reading = read()
        self.reading = reading
        reading.assumeIsolated().whenComplete { [self] result in
            switch result {
            case .success(let context): self.context = context
            case .failure: self.reading = nil
            }
        }
        return reading
    }

    /// Forgets what was read, if it is that with which TLS has failed.
    func renew(after failed: NIOSSLContext?) {
        if let failed, failed === context { reading = nil }
    }

    /// Reads now, on a thread where files may take their time.
    ///
    /// - Parameter shutdownTimeout: how long the other side may take to answer the end of TLS; nil
    ///   for some seconds.
    func read(shutdownTimeout: TimeAmount? = nil) -> Reading {
        let promise = loop.makePromise(of: NIOSSLContext.self)
        // NIO's pool for it would keep a thread for each processor from then on.
        DispatchQueue.global().async { [options] in
            var configuration = TLSConfiguration(options)
            if let shutdownTimeout { configuration.shutdownTimeout = shutdownTimeout }
            promise.completeWith(Result { try NIOSSLContext(configuration: configuration) })
        }
        return promise.futureResult
    }
}
