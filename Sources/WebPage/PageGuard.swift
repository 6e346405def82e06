import HTTP
package import HTTPServer

/// Tells what was asked for on this server's own page from what another site's page had a browser
/// ask for.
///
/// A browser says where a request was made from, in header fields that a page cannot set; and a
/// page of another site cannot read this one's, where the token is.
package struct PageGuard: Sendable {
    /// 256 bits: nobody guesses it.
    private static let words = 4

    /// What each form brings back. Another for each start of the daemon.
    package let token: String
    private let elsewhere: String

    /// - Parameter elsewhere: where programs ask instead, as the end of a sentence.
    package init(elsewhere: String) {
        self.elsewhere = elsewhere
        var generator = SystemRandomNumberGenerator()
        token = (0..<Self.words).map { _ in
            String(generator.next() as UInt64 | 1 << 63, radix: 16)
        }.joined()
    }

    /// Why what is asked for is not done; nil where it was asked for on the page.
    ///
    /// - Parameter token: what the form brought.
    package func objection(to request: IncomingRequest, token: String?) -> String? {
        let site = request.headers["Sec-Fetch-Site"]
        let origin = request.headers["Origin"]
        guard site != nil || origin != nil else {
            return "it is not said from where: \(elsewhere)"
        }
        // Fetch Metadata Request Headers, W3C.
        if let site, site != "same-origin" { return "it came from another site's page" }
        if let origin, !isOrigin(origin, of: request) { return "it came from another site's page" }
        guard let token, isEqual(token, self.token) else {
            return "the page is from before a restart: load it again"
        }
        return nil
    }

    /// `http://HOST:PORT`, the host that the request is for; whether TLS is in front of it is not
    /// ours to know.
    private func isOrigin(_ origin: String, of request: IncomingRequest) -> Bool {
        guard let host = request.headers["Host"] else { return false }
        return ["http://\(host)", "https://\(host)"].contains {
            $0.lowercased() == origin.lowercased()
        }
    }

    /// Takes as long wherever the two differ.
    private func isEqual(_ one: String, _ other: String) -> Bool {
        guard one.utf8.count == other.utf8.count else { return false }
        return zip(one.utf8, other.utf8).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
