internal import Logging
package import MessageHandling

/// A handler in Swift, with the time that its configuration gives it.
///
/// When the time is over the handler's task is cancelled, and the message comes back as for a
/// retry. Swift cannot end a task that ignores its cancellation: such a handler keeps its place in
/// the `concurrency` until it returns.
package struct TimeLimitedHandler: CheckableHandler {
    private let handler: any MessageHandler
    private let timeout: Duration?

    /// - Parameter timeout: nil for as long as SQS lets a message be held.
    package init(_ handler: any MessageHandler, timeout: Duration?) {
        self.handler = handler
        self.timeout = timeout
    }

    package func checkAvailability() async throws(HandlerUnavailable) {
        try await handler.checkAvailabilityIfPossible()
    }

    package func handle(_ message: Message, context: HandlerContext) async throws -> Outcome {
        guard let timeout else { return try await handler.handle(message, context: context) }
        let limit = TimeLimit(timeout)
        let limited = HandlerContext(
            handlerName: context.handlerName, logger: context.logger, timeLimit: limit,
            cancellationDeadline: context.cancellationDeadline)
        return try await withThrowingTaskGroup(of: Outcome?.self) { group in
            group.addTask { [handler] in try await handler.handle(message, context: limited) }
            group.addTask {
                try await limit.untilPassed()
                return nil
            }
            defer { group.cancelAll() }
            if let outcome = try await group.next() ?? nil { return outcome }
            group.cancelAll()
            context.logger.warning(
                "The handler took longer than its timeout: it is cancelled, the message comes back")
            _ = try? await group.next()
            return .retry()
        }
    }
}
