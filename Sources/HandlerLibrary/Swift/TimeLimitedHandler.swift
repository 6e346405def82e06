internal import Calendar
package import MessageHandling

/// A handler in Swift, as its author wrote it, with the time that its configuration gives it: the
/// one place where a public ``MessageHandler`` enters.
///
/// When the time is over the handler's task is cancelled, and the message comes back as for a
/// retry. Swift cannot end a task that ignores its cancellation: such a handler keeps its place in
/// the `concurrency` until it returns.
package struct TimeLimitedHandler: Handler {
    private let handler: any MessageHandler
    private let timeout: Duration?
    private let noteExtension: (@Sendable (Duration) -> Void)?

    /// - Parameters:
    ///   - timeout: nil for as long as SQS lets a message be held.
    ///   - noteExtension: told of every extension that the handler asks for.
    package init(
        _ handler: any MessageHandler, timeout: Duration?,
        noteExtension: (@Sendable (Duration) -> Void)? = nil
    ) {
        self.handler = handler
        self.timeout = timeout
        self.noteExtension = noteExtension
    }

    package func handle(
        _ message: Message, context: HandlerContext
    ) async throws -> HandlerResult {
        let limit = TimeLimit(
            timeout ?? HandlerContext.longestTime, noteExtension: noteExtension)
        let limited = context.limited(by: limit)
        guard timeout != nil else {
            return .outcome(try await handler.handle(message, context: limited))
        }
        return try await withThrowingTaskGroup(of: Outcome?.self) { group in
            group.addTask { [handler] in try await handler.handle(message, context: limited) }
            group.addTask {
                try await limit.untilPassed()
                return nil
            }
            defer { group.cancelAll() }
            if let outcome = try await group.next() ?? nil { return .outcome(outcome) }
            group.cancelAll()
            let time = timeout.map { " after \($0.readable)" } ?? ""
            context.notes.change { $0.ending = "still running\(time) (timeout), cancelled" }
            _ = try? await group.next()
            return .retry()
        }
    }
}
