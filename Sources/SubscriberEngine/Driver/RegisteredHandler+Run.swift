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

    /// A message that is handled together with others.
    struct Part: Sendable {
        let arrival: Arrival
        let deadline: CancellationDeadline
        let notes: RunNotes
    }

    /// Runs a brief handler for messages that are at hand. Answers a result for each.
    func run(together parts: [Part], _ logger: Logger) async -> [HandlerResult] {
        let messages = parts.map { part in
            (
                part.arrival.message,
                HandlerContext(
                    handlerName: name, logger: logger, about: part.arrival.message,
                    cancellationDeadline: part.deadline, notes: part.notes)
            )
        }
        let results = await handler.handle(together: messages)
        return Task.isCancelled ? messages.map { _ in .cancelled } : results
    }

    /// Runs the handler for messages of one group, in their order. Answers a result for each, up to
    /// the first that is not done: one whose content is missing ends them as well.
    func run(inOrder parts: [Part], _ logger: Logger) async -> [HandlerResult] {
        var messages: [(Message, HandlerContext)] = []
        var missing: HandlerResult?
        for part in parts where missing == nil {
            switch await part.arrival.content.fetched() {
            case .success(let message):
                let context = HandlerContext(
                    handlerName: name, logger: logger, about: part.arrival.message,
                    cancellationDeadline: part.deadline, notes: part.notes)
                messages.append((message, context))
            case .failure(let absence): missing = absence.result
            }
        }
        var results: [HandlerResult] = []
        do {
            if !messages.isEmpty { results = try await handler.handle(inOrder: messages) }
        } catch {
            results = [HandlerResult(thrown: error)]
        }
        if Task.isCancelled { return [] }
        if let missing, results.count == messages.count, results.allSatisfy({ $0 == .done }) {
            results.append(missing)
        }
        let end = results.firstIndex { $0 != .done }.map { $0 + 1 } ?? results.count
        return Array(results.prefix(end))
    }
}

/// What comes of a run without content.
private struct Absence: Error {
    let result: HandlerResult
}

extension Arrival.Content {
    fileprivate func fetched() async -> Result<Message, Absence> {
        switch self {
        case .message(let message): return .success(message)
        case .missing(let result): return .failure(Absence(result: result))
        case .elsewhere(let fetch): return await fetch().fetched()
        }
    }
}
