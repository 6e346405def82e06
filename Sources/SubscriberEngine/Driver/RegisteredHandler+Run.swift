package import Logging
package import MessageHandling

extension RegisteredHandler {
    /// The longest description of a thrown error that is kept: it ends up in a log line.
    static let descriptionMaximum = 2_000

    /// What is in the way of handling messages, as far as the handler can tell without one.
    func check() async -> String? {
        do throws(HandlerUnavailable) {
            try await handler.checkAvailability()
            return nil
        } catch {
            return error.description
        }
    }

    /// Runs the handler for one message. What it returns after it was cancelled does not count, as
    /// ``MessageHandler`` says: a handler that swallows the cancellation must not delete a message.
    ///
    /// - Parameters:
    ///   - deadline: of the run when its task is cancelled.
    ///   - notes: where the handler says how the run ended.
    package func run(
        _ message: Message, _ logger: Logger,
        deadline: CancellationDeadline = CancellationDeadline(), notes: RunNotes = RunNotes()
    ) async -> HandlerResult {
        let log = Logger(label: logger.label) { _ in
            MessageLogHandler(base: logger, message: message, handlerName: name)
        }
        let context = HandlerContext(
            handlerName: name, logger: log, cancellationDeadline: deadline, notes: notes)
        do {
            let result = try await handler.handle(message, context: context)
            return Task.isCancelled ? .cancelled : result
        } catch {
            if Task.isCancelled { return .cancelled }
            if let error = error as? HandlerUnavailable {
                return .unavailable(error.description)
            }
            return .threw(String(String(describing: error).prefix(Self.descriptionMaximum)))
        }
    }
}
