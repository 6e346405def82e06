package import Logging
package import MessageHandling

extension RegisteredHandler {
    /// Runs the handler for one message. What it returns after it was cancelled does not count, as
    /// ``MessageHandler`` says: a handler that swallows the cancellation must not delete a message.
    ///
    /// - Parameters:
    ///   - deadline: of the run when its task is cancelled.
    ///   - notes: where the handler says how the run ended.
    package func run(
        _ arrival: Arrival, _ logger: Logger,
        deadline: CancellationDeadline = CancellationDeadline(), notes: RunNotes = RunNotes()
    ) async -> HandlerResult {
        let context = HandlerContext(
            handlerName: name, logger: logger, about: arrival.message,
            cancellationDeadline: deadline, notes: notes)
        let result = await run(arrival.content, context)
        return Task.isCancelled ? .cancelled : result
    }

    private func run(_ content: Arrival.Content, _ context: HandlerContext) async -> HandlerResult {
        switch content {
        case .message(let message):
            do {
                return try await handler.handle(message, context: context)
            } catch {
                return HandlerResult(thrown: error)
            }
        case .missing(let result): return result
        case .elsewhere(let fetch): return await run(await fetch(), context)
        }
    }
}
