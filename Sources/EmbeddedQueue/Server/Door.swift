import HTTP
import SQS

/// Keeps web pages out: a browser on this machine reaches loopback, and would ask on behalf of any
/// page it shows.
///
/// A page's requests have an `Origin`, which programs do not send. One that has its own name
/// resolve to this machine (DNS rebinding) cannot choose the `Host` that its browser sends: it is
/// that name. So an address may stand there, `localhost`, the name that the server was told to
/// listen at, and names that the operator knows it by; no other.
package struct Door: Sendable {
    /// Why a request is not looked at.
    package struct Refusal: Error, Equatable {
        package let status: Int
        let code: SQSErrorCode
        package let message: String

        fileprivate static func denied(_ message: String) -> Refusal {
            Refusal(status: 403, code: .accessDenied, message: message)
        }

        /// A fact that a client must be told in a header, too.
        static let method = Refusal(
            status: 405, code: .unsupportedOperation,
            message: "Every call is a POST, or, in the query protocol, a GET.")
    }

    /// What the head of a request says of who sent it.
    package struct Visitor: Sendable {
        /// The header `Host`, nil where there is none, as no browser leaves it out.
        var host: String?
        /// The header `Origin`.
        var origin: String?
        /// The header `Sec-Fetch-Site`: a browser's word on where a request comes from, for those
        /// as well that have no `Origin`, such as of an image.
        var site: String?

        package init(host: String?, origin: String? = nil, site: String? = nil) {
            self.host = host
            self.origin = origin
            self.site = site
        }
    }

    private let names: Set<String>

    /// - Parameter names: by which the server is reached, besides addresses and `localhost`.
    package init(names: [String]) {
        self.names = Set(names.map(plainHost))
    }

    /// - Parameter methods: by which a call may come.
    package func check(
        _ visitor: Visitor, method: String, methods: [String]
    ) throws(Refusal) {
        guard visitor.origin == nil else {
            throw .denied(
                """
                The request has an Origin header, so it is a web page's: this server answers \
                programs alone.
                """)
        }
        // A person who types the address in is no page.
        guard visitor.site == nil || visitor.site == "none" else {
            throw .denied("A web page sent the request: this server answers programs alone.")
        }
        if let host = visitor.host, !isKnown(host) {
            throw .denied(
                """
                The request is for the host \(host), by which this server is not known. Use an \
                address or localhost, or start it with --allow-host and that name.
                """)
        }
        guard methods.contains(method) else { throw .method }
        // A page's image is fetched by GET, without an Origin, and with `Sec-Fetch-Site` only where
        // the address is trustworthy, as loopback is and 0.0.0.0 or one of a network is not.
        if method == "GET", methods.contains("POST"), let host = visitor.host,
            !isLoopback(host: HTTP.host(ofAuthority: host))
        {
            throw .denied(
                "By the address \(host) a call is a POST: a GET may be of a web page.")
        }
    }

    private func isKnown(_ authority: String) -> Bool {
        let name = host(ofAuthority: authority)
        // Names below localhost lead to this machine, as browsers see to.
        return names.contains(name) || isLoopback(host: name) || isAddress(host: name)
    }
}
