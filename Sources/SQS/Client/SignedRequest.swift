package import HTTP

/// A request ready to be sent.
package struct SignedRequest: Sendable {
    package let request: HTTPRequest
    /// Tells whoever found the credentials that the service refused those of this request, so that
    /// the next request is signed with newer ones, if there are any.
    package let credentialsRefused: @Sendable () async -> Void

    package init(
        _ request: HTTPRequest, credentialsRefused: @escaping @Sendable () async -> Void
    ) {
        self.request = request
        self.credentialsRefused = credentialsRefused
    }
}
