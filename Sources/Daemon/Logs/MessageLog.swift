package import Logging
import Synchronization

/// Where lines about single messages go: what became of each, and what its handlers print.
///
/// With a limit, what is above it is left out and counted; ``summarise()`` tells how many. Each
/// handler has as many lines a second as the limit says for each kind of line: a flood of
/// successes, or a chatty handler, never hides a failure.
package final class MessageLog: Sendable {
    /// The logger for what handlers say, which keeps to the limit.
    package let logger: Logger
    private let plain: Logger
    private let state: Shared

    /// - Parameter linesPerSecond: of each handler and kind; 0 for no limit.
    package init(logger: Logger, linesPerSecond: Int) {
        plain = logger
        let shared = Shared(linesPerSecond: linesPerSecond)
        state = shared
        var limited = logger
        limited.handler = LimitedLogHandler(inner: logger.handler, shared: shared)
        self.logger = limited
    }

    /// Logs what became of a message, within its budget.
    ///
    /// - Parameters:
    ///   - text: its first line says all to one who sees no fields. Most lines of a busy service
    ///     are left out, and not put together then.
    ///   - fields: besides those that say what the line is about.
    package func log(
        _ level: Logger.Level, _ kind: LineKind, _ event: EventID, of source: LineSource,
        messageID: String?, text: @autoclosure () -> String,
        fields: @autoclosure () -> Logger.Metadata = [:]
    ) {
        guard level >= plain.logLevel else { return }
        let isAdmitted = state.admit(
            kind, of: source, text: Self.short(text(), messageID: messageID))
        guard isAdmitted else { return }
        var metadata = fields()
        metadata["event_id"] = .string(event.rawValue)
        metadata["queue"] = .string(source.queue)
        metadata["handler"] = source.handler.map { .string($0) }
        metadata["message_id"] = messageID.map { .string($0) }
        plain.log(level: level, "\(text())", metadata: metadata)
    }

    /// The text for a place where the message is not named.
    private static func short(_ text: String, messageID: String?) -> String {
        let first = text.split(whereSeparator: \.isNewline).first ?? ""
        return messageID.map { "\(LogSubject.short($0)): \(first)" } ?? String(first)
    }

    /// Whether what a handler printed in a run that has just ended is in the log, line by line.
    package func showsOutput(of source: LineSource, for time: Duration) -> Bool {
        plain.logLevel <= .info && state.showsOutput(of: source, for: time)
    }

    /// Changes the limit; what was left out under the one before is told.
    package func limit(toLinesPerSecond lines: Int) {
        guard lines != state.linesPerSecond else { return }
        summarise()
        state.limit(toLinesPerSecond: lines)
    }

    /// Called every 10 s: says how many lines were left out since the last time, if any were.
    package func summarise() {
        for summary in state.takeSummaries() {
            let latest = summary.latest.map { "; the latest: \($0)" } ?? ""
            var metadata: Logger.Metadata = [
                "event_id": .string(EventID.messagesSummarised.rawValue),
                "queue": .string(summary.source.queue),
                "left_out": .stringConvertible(summary.leftOut),
                "kind": .string(summary.kind.rawValue),
            ]
            metadata["handler"] = summary.source.handler.map { .string($0) }
            plain.log(
                level: summary.kind == .failures ? .warning : .notice,
                """
                \(summary.leftOut) of \(summary.logged + summary.leftOut) \(summary.kind.noun) \
                of the last 10 s were left out, for log.messages_per_second is \
                \(state.linesPerSecond)\(latest)
                """, metadata: metadata)
        }
    }

    fileprivate final class Shared: Sendable {
        private let budgets: Mutex<LineBudgets>
        private let start = ContinuousClock.now

        init(linesPerSecond: Int) {
            budgets = Mutex(LineBudgets(perSecond: linesPerSecond))
        }

        var linesPerSecond: Int { budgets.withLock { $0.perSecond } }

        func limit(toLinesPerSecond lines: Int) {
            budgets.withLock { $0 = LineBudgets(perSecond: lines) }
        }

        private var now: Duration { ContinuousClock.now - start }

        func admit(
            _ kind: LineKind, of source: LineSource, text: @autoclosure () -> String = ""
        ) -> Bool {
            let now = now
            return budgets.withLock { $0.admit(kind, of: source, at: now, text: text()) }
        }

        func showsOutput(of source: LineSource, for time: Duration) -> Bool {
            let now = now
            return budgets.withLock { $0.showsOutput(of: source, for: time, at: now) }
        }

        func takeSummaries() -> [LineBudgets.Summary] {
            budgets.withLock { $0.takeSummaries() }
        }
    }
}

/// Counts what handlers say against their budgets.
private struct LimitedLogHandler: LogHandler {
    /// What lines of a program's output have, and what is said about it has not.
    private static let outputKey = "stream"

    var inner: any LogHandler
    let shared: MessageLog.Shared

    var logLevel: Logger.Level {
        get { inner.logLevel }
        set { inner.logLevel = newValue }
    }
    var metadata: Logger.Metadata {
        get { inner.metadata }
        set { inner.metadata = newValue }
    }
    var metadataProvider: Logger.MetadataProvider? {
        get { inner.metadataProvider }
        set { inner.metadataProvider = newValue }
    }
    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { inner[metadataKey: key] }
        set { inner[metadataKey: key] = newValue }
    }

    func log(event: LogEvent) {
        func field(_ key: String) -> String? {
            (event.metadata?[key] ?? inner[metadataKey: key])?.description
        }
        let isOutput = event.level < .warning || field(Self.outputKey) != nil
        let source = LineSource(queue: field("queue") ?? "", handler: field("handler"))
        guard shared.admit(isOutput ? .output : .warnings, of: source) else { return }
        inner.log(event: event)
    }
}
