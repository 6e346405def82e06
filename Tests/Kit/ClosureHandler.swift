package import MessageHandling

/// A handler made of a closure, both as its author writes it and as the daemon has it.
package struct ClosureHandler: MessageHandler, Handler {
    private let body: @Sendable (Message, HandlerContext) async throws -> Outcome

    package let isNonblocking: Bool

    package init(
        isNonblocking: Bool = false,
        _ body: @escaping @Sendable (Message, HandlerContext) async throws -> Outcome
    ) {
        self.isNonblocking = isNonblocking
        self.body = body
    }

    package func handle(_ message: Message, context: HandlerContext) async throws -> Outcome {
        try await body(message, context)
    }

    package func handle(
        _ message: Message, context: HandlerContext
    ) async throws -> HandlerResult {
        .outcome(try await body(message, context))
    }
}
