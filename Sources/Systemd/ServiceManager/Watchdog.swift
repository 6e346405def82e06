package import Logging

/// What a health check found.
package enum Health: Sendable, Equatable {
    case healthy
    /// Not alive, and in which way: half a sentence for the operator.
    case unhealthy(reason: String)
}

/// Feeds systemd's watchdog (`WATCHDOG=1`) after each health check that passed, and only then.
///
/// Each round starts one check and one interval. A check that fails, or does not answer, feeds
/// nothing, and systemd restarts the service when its `WatchdogSec=` is over. Logs once per change
/// of state, never per round.
package struct Watchdog: Sendable {
    private let serviceManager: ServiceManager
    private let interval: Duration
    private let logger: Logger
    private let trouble: Logger.Metadata
    private let sleep: @Sendable (Duration) async throws -> Void
    private let check: @Sendable () async -> Health

    /// - Parameters:
    ///   - interval: the pace, ``ServiceManager/watchdogInterval`` in a daemon.
    ///   - trouble: what is logged with a watchdog that is not fed.
    ///   - sleep: the clock; it throws when the task is cancelled.
    ///   - check: the proof of life. Must end soon after its task is cancelled, or ``run()`` does
    ///     not return.
    package init(
        serviceManager: ServiceManager, interval: Duration, logger: Logger,
        trouble: Logger.Metadata,
        sleep: @escaping @Sendable (Duration) async throws -> Void,
        check: @escaping @Sendable () async -> Health
    ) {
        self.serviceManager = serviceManager
        self.interval = interval
        self.logger = logger
        self.trouble = trouble
        self.sleep = sleep
        self.check = check
    }

    /// Checks and feeds until the task is cancelled. The first check begins at once.
    package func run() async {
        var state: State? = .fed
        while let last = state {
            state = await round(after: last)
        }
    }

    private enum State: Equatable {
        case fed
        case unhealthy(String)
        case unanswered
        case unheard(ServiceManagerError)
    }

    private enum Event {
        case checked(Health)
        case intervalOver
        case interrupted
    }

    /// One check and one interval, side by side, so that a check that hangs is noticed when the
    /// interval is over. The state after it, or `nil` when the watchdog is to end.
    private func round(after last: State) async -> State? {
        await withTaskGroup(of: Event.self) { group in
            group.addTask { .checked(await check()) }
            group.addTask {
                do {
                    try await sleep(interval)
                    return .intervalOver
                } catch {
                    return .interrupted
                }
            }
            var state: State? = last
            var hasAnswered = false
            for await event in group {
                switch event {
                case .checked(let health):
                    hasAnswered = true
                    // A check that was cancelled may answer anything.
                    guard !Task.isCancelled else { continue }
                    state = state.map { enter(outcome(of: health), from: $0) }
                case .intervalOver:
                    // No news when the watchdog went unfed already.
                    if !hasAnswered, state == .fed {
                        state = enter(.unanswered, from: last)
                    }
                case .interrupted:
                    state = nil
                    group.cancelAll()
                }
            }
            return state
        }
    }

    private func outcome(of health: Health) -> State {
        if case .unhealthy(let reason) = health { return .unhealthy(reason) }
        do {
            try serviceManager.notify(.watchdog)
            return .fed
        } catch {
            return .unheard(error)
        }
    }

    /// The reason is part of the message, the one field that journalctl shows by default.
    private func enter(_ state: State, from last: State) -> State {
        guard state != last else { return state }
        switch state {
        case .fed:
            logger.notice("Healthy again: the watchdog is fed")
        case .unhealthy(let reason):
            logger.error(
                "Health check failed: \(reason). Systemd is left to restart the service",
                metadata: trouble)
        case .unanswered:
            logger.error(
                """
                Health check has not answered for \(interval). Systemd is left to restart the \
                service
                """, metadata: trouble)
        case .unheard(let error):
            logger.error("The watchdog cannot be fed: \(error)", metadata: trouble)
        }
        return state
    }
}
