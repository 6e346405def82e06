internal import MessageHandling

/// Where a handler that asks for the daemon's AWS credentials gets them: for each message anew, so
/// that it never has expired ones.
package struct HandlerCredentials: Sendable {
    private let look: @Sendable () async throws -> [String: String]

    /// - Parameter look: gives the variables that AWS SDKs read, region included, or throws what
    ///   keeps it from doing so.
    package init(_ look: @escaping @Sendable () async throws -> [String: String]) {
        self.look = look
    }

    /// - Throws: `HandlerUnavailable` when there are none at present.
    package func variables() async throws -> [String: String] {
        do {
            return try await look()
        } catch {
            try Task.checkCancellation()
            throw HandlerUnavailable(
                "the handler is to have the daemon's AWS credentials (aws_credentials), and there "
                    + "are none: \(error)")
        }
    }
}
