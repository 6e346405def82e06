package import MessageHandling

/// A handler made of a closure.
package struct ClosureHandler: MessageHandler {
    private let body: @Sendable (Message, HandlerContext) async throws -> Outcome

    package init(_ body: @escaping @Sendable (Message, HandlerContext) async throws -> Outcome) {
        self.body = body
    }

    package func handle(_ message: Message, context: HandlerContext) async throws -> Outcome {
        try await body(message, context)
    }
}
