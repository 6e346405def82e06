package import NIOPosix

extension NIOTransport {
    package struct Options: Sendable {
        /// More requests than this at once to one host wait for a connection, for
        /// ``connectTimeout`` at most. The callers bound themselves, by their pollers and batches;
        /// this is the fence behind them, half of the 1,024 descriptors that systemd gives a
        /// service.
        package var connectionsPerHost = 512
        /// Time for name lookup, connecting and the TLS handshake: two repetitions of a lost SYN.
        package var connectTimeout: Duration = .seconds(5)
        /// Looks names up, for each connection anew. `nil`: the system does, getaddrinfo(3), on a
        /// thread of its own.
        package var resolver: (any Resolver & Sendable)?
        /// How long an unused connection is kept: less than the 60 s after which load balancers
        /// commonly close theirs.
        package var idleTimeout: Duration = .seconds(30)
        /// How long nothing may arrive on a connection that an answer is awaited on. `nil`: as long
        /// as the request's own timeout.
        package var inactivityTimeout: Duration?
        /// Largest body of an answer, in bytes. A receive is the largest that is legitimate: ten
        /// messages of 1 MiB, of which JSON escapes can make three times as much, and some
        /// metadata.
        package var answerLimit = 32 << 20
        /// Whether the bodies of answers are kept. If not, there is their beginning, up to
        /// ``startLimit``, and ``answerLimit`` does not matter.
        package var keepsBodies = true
        /// How much of a body is kept where bodies are not, in bytes.
        package var startLimit = 0
        /// A PEM file of the certificate authorities to trust instead of the system's.
        package var certificateAuthorities: String?
        /// Which requests go through a proxy.
        package var proxies = ProxySettings()
        /// What to show to servers that ask for a certificate.
        package var identity: ClientIdentity?

        package init() {}
    }
}
