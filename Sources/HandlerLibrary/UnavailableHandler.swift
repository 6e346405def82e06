package import MessageHandling

/// Stands for a handler that could not be made: no message is handled, and each says why.
package struct UnavailableHandler: Handler {
    private let reason: String

    /// - Parameter reason: what is wrong and what to do about it.
    package init(_ reason: String) {
        self.reason = reason
    }

    package func checkAvailability() async throws(HandlerUnavailable) {
        throw HandlerUnavailable(reason)
    }

    package func handle(_ message: Message, context: HandlerContext) async throws -> HandlerResult {
        throw HandlerUnavailable(reason)
    }
}
