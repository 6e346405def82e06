package import Logging
import Synchronization

/// Where per-message lines go: what became of each message, and what its handlers print.
///
/// With a limit, lines above it are left out and counted; ``summarise()`` tells how many. Warnings
/// and errors have a budget of the same size for themselves, so that a flood of successes never
/// hides a failure.
package final class MessageLog: Sendable {
    /// Logs through the limit.
    package let logger: Logger
    private let plain: Logger
    private let state: Shared

    /// - Parameter linesPerSecond: 0 for no limit.
    package init(logger: Logger, linesPerSecond: Int) {
        plain = logger
        let shared = Shared(linesPerSecond: linesPerSecond)
        state = shared
        var limited = logger
        limited.handler = LimitedLogHandler(inner: logger.handler, shared: shared)
        self.logger = limited
    }

    /// Called every 10 s: says how many lines were left out since the last time, if any were.
    package func summarise() {
        let (usual, warnings) = state.budgets.withLock { budgets in
            (budgets.usual.takeSummary(), budgets.warnings.takeSummary())
        }
        for (summary, kind) in [(usual, "lines"), (warnings, "warnings")] {
            guard let summary else { continue }
            plain.notice(
                """
                \(summary.leftOut) of \(summary.logged + summary.leftOut) \(kind) about messages \
                were left out in the last 10 s: log.messages_per_second is \(state.linesPerSecond)
                """,
                metadata: ["event_id": .string(EventID.messagesSummarised.rawValue)])
        }
    }

    fileprivate final class Shared: Sendable {
        let linesPerSecond: Int
        let budgets: Mutex<(usual: LineBudget, warnings: LineBudget)>
        private let start = ContinuousClock.now

        init(linesPerSecond: Int) {
            self.linesPerSecond = linesPerSecond
            budgets = Mutex(
                (LineBudget(perSecond: linesPerSecond), LineBudget(perSecond: linesPerSecond)))
        }

        func admit(_ level: Logger.Level) -> Bool {
            let now = ContinuousClock.now - start
            return budgets.withLock {
                level >= .warning ? $0.warnings.admit(at: now) : $0.usual.admit(at: now)
            }
        }
    }
}

private struct LimitedLogHandler: LogHandler {
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
        guard shared.admit(event.level) else { return }
        inner.log(event: event)
    }
}
