internal import Logging
package import MessageHandling
private import Synchronization

/// Hands messages in batches to a function that speaks the Lambda Runtime API, unmodified, in
/// processes that are kept.
///
/// `handle` returns when its message's invocation is over, with the message's own part of the
/// answer: who calls it sees single messages. As many calls as `concurrency` × `batch_size` may
/// wait at the same time.
package final class LambdaHandler: Handler {
    private let settings: LambdaSettings
    private let dependencies: LambdaDependencies
    private let function: LambdaFunction
    private let lastKey = Atomic<UInt64>(0)

    /// Starts nothing: the first process comes with the first message.
    package init(_ settings: LambdaSettings, _ dependencies: LambdaDependencies) {
        self.settings = settings
        self.dependencies = dependencies
        function = LambdaFunction(settings, dependencies)
    }

    /// How the run ended goes into the notes, and is not logged.
    ///
    /// - Throws: `HandlerUnavailable` when the function cannot be started, or ends before it asks
    ///   for an invocation: the message has not reached it then. `CancellationError` when the task
    ///   is cancelled: at once while the message waits, else when its invocation is over.
    package func handle(
        _ message: Message, context: HandlerContext
    ) async throws -> HandlerResult {
        try Task.checkCancellation()
        let finding = await submit([item(message, context)])[0]
        if case .unavailable(let reason) = finding.result { throw unavailable(reason) }
        if finding == .cancelled { throw CancellationError() }
        if let reason = finding.reason { context.notes.change { $0.ending = reason } }
        return finding.result
    }

    /// Messages of one group are in one event, beside those of other groups, as far as it has room:
    /// else in one after the other.
    ///
    /// Of what the function says of them counts what it says up to the first that is not done.
    /// Source: AWS Lambda Developer Guide, "Handling errors for an SQS event source": a function is
    /// to stop after the first failure and to report all that come after it.
    package func handle(
        inOrder messages: [(Message, HandlerContext)]
    ) async throws -> [HandlerResult] {
        try Task.checkCancellation()
        var rest = messages.map { item($0, $1) }[...]
        var results: [HandlerResult] = []
        while !rest.isEmpty, results.allSatisfy({ $0 == .done }) {
            let batch = Self.nextBatch(of: &rest, settings)
            for (item, finding) in zip(batch, await submit(batch)) {
                if let reason = finding.reason { item.context.notes.change { $0.ending = reason } }
                if case .unavailable(let reason) = finding.result {
                    results.append(.unavailable(unavailable(reason).description))
                } else {
                    results.append(finding.result)
                }
            }
        }
        return results
    }

    package var groupBatch: Int { min(settings.batchSize, LambdaSettings.fifoBatch) }

    /// The next ones that one event holds, and one at least.
    private static func nextBatch(
        of rest: inout ArraySlice<LambdaFunction.Item>, _ settings: LambdaSettings
    ) -> [LambdaFunction.Item] {
        var room = LambdaSettings.eventLimit
        let fitting = rest.prefix(max(1, settings.batchSize)).prefix { item in
            room -= item.record.count
            return room >= 0
        }
        defer { rest.removeFirst(max(1, fitting.count)) }
        return fitting.isEmpty ? Array(rest.prefix(1)) : Array(fitting)
    }

    private func item(_ message: Message, _ context: HandlerContext) -> LambdaFunction.Item {
        let source = EventSource(message.queue, defaultRegion: dependencies.defaultRegion)
        let record = SQSEvent.record(
            message, digests: message.digests ?? dependencies.digests(message), source: source)
        return LambdaFunction.Item(
            message: message, source: source, record: record, context: context)
    }

    /// Returns when it is settled what becomes of all of them.
    private func submit(_ items: [LambdaFunction.Item]) async -> [Finding] {
        let keys = items.map { _ in nextKey() }
        for (item, key) in zip(items, keys) {
            item.context.cancellationDeadline.observe { [function] in
                Task { await function.cancel(key) }
            }
        }
        defer { for item in items { item.context.cancellationDeadline.observe(nil) } }
        return await withTaskCancellationHandler {
            await function.submit(items, keys)
        } onCancel: {
            Task { [function] in for key in keys { await function.cancel(key) } }
        }
    }

    /// Waits until a process of the function asks for an invocation, and starts one for that where
    /// there is none. It is kept for the next message.
    ///
    /// Takes as long as a start may take, see ``LambdaSettings/startAllowance``.
    package func checkAvailability() async throws(HandlerUnavailable) {
        try settings.program.check()
        let key = nextKey()
        let source = EventSource(
            Queue(name: "", url: ""), defaultRegion: dependencies.defaultRegion)
        let reason = await withTaskCancellationHandler {
            await function.check(key, source)
        } onCancel: {
            Task { [function] in await function.cancelCheck(key) }
        }
        if let reason { throw unavailable(reason) }
    }

    private func nextKey() -> MessageKey {
        MessageKey(lastKey.wrappingAdd(1, ordering: .relaxed).newValue)
    }

    private func unavailable(_ reason: String) -> HandlerUnavailable {
        HandlerUnavailable("the function \(settings.name): \(reason)")
    }

    package var isManaged: Bool { true }

    package func note(isFull: Bool) async {
        await function.note(isFull: isFull)
    }

    package func retire() async {
        await function.retire()
    }

    package func shutDown() async {
        await function.shutDown()
    }
}
