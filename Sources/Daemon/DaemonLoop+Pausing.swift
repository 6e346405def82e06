import AWS
import Control
import Logging
import SubscriberConfiguration

/// Pausing and resuming of queues, and the level of the log.
extension DaemonLoop {
    func isPaused(_ plan: SubscriptionPlan) -> Bool {
        paused.names.contains(plan.settings.queue.name)
    }

    /// Takes in what is to stay paused over a restart.
    func loadPaused() {
        do {
            try paused.load()
        } catch {
            setup.logger.warning(
                "It is not known which queues are paused, so none is: \(error)",
                metadata: ["event_id": .string(EventID.stateTroubled.rawValue)])
        }
        for name in names(of: .all).filter(paused.names.contains) {
            log("paused, as it was before the start", .queuePaused, queue: name)
        }
    }

    func pause(_ choice: QueueChoice, persisting: Bool) async -> PauseOutcome {
        guard isChangeable else { return .stopping }
        if persisting, !paused.isPersistable {
            return .refused(
                "nothing is kept over a restart: state_directory is not set, or cannot be used")
        }
        if let unknown = unknown(in: choice) { return .unknown(unknown) }
        let chosen = names(of: choice)
        for name in chosen where !paused.names.contains(name) {
            log("paused on request: what runs finishes, nothing begins", .queuePaused, queue: name)
        }
        let problem = changePaused { try $0.pause(chosen, persisting: persisting) }
        return await applyPaused(chosen, problem)
    }

    func resume(_ choice: QueueChoice) async -> PauseOutcome {
        guard isChangeable else { return .stopping }
        if let unknown = unknown(in: choice) { return .unknown(unknown) }
        let chosen = names(of: choice)
        for name in chosen where paused.names.contains(name) {
            log("served again on request", .queueResumed, queue: name)
        }
        let problem = changePaused { try $0.resume(chosen) }
        return await applyPaused(chosen, problem)
    }

    /// Holds until the next reload, which sets that of the configuration. False for no level.
    func setLogLevel(_ name: String) -> Bool {
        guard let level = LogSettings.Level(rawValue: name) else { return false }
        // Said at a level that is logged before or after.
        setup.logger.log(
            level: max(DaemonLog.level, .notice),
            "The log level is \(name) on request, until the next reload")
        DaemonLog.setLevel(Logger.Level(level))
        return true
    }

    private var isChangeable: Bool {
        switch phase {
        case .starting, .serving: true
        case .stopping, .failed: false
        }
    }

    /// Why it could not be kept over a restart; nil where it was, or was not to be.
    private func changePaused(_ change: (inout PausedQueues) throws -> Void) -> String? {
        do {
            try change(&paused)
            return nil
        } catch {
            return "it holds until the daemon ends, for it could not be kept: \(error)"
        }
    }

    private func applyPaused(_ chosen: [String], _ problem: String?) async -> PauseOutcome {
        await applyPlans()
        await decideStart(isOverdue: false)
        await refreshStatus()
        if let problem { return .refused(problem) }
        return .changed(chosen)
    }

    private func names(of choice: QueueChoice) -> [String] {
        let all = Set(configuration.subscriptions.map(\.queue.name))
        switch choice {
        case .all: return all.sorted()
        case .named(let texts): return texts.compactMap(name)
        }
    }

    /// The queue's name, of one that is named by its name, URL or ARN.
    private func name(of text: String) -> String? {
        configuration.subscriptions.first { $0.queue.name == text || $0.queue.text == text }?
            .queue.name
    }

    /// Why the choice is none; nil where it is.
    private func unknown(in choice: QueueChoice) -> String? {
        guard case .named(let texts) = choice,
            let unknown = texts.first(where: { name(of: $0) == nil })
        else { return nil }
        return "no handler asks for the queue \(unknown); there are "
            + names(of: .all).joined(separator: ", ")
    }

    private func log(_ text: String, _ event: EventID, queue: String) {
        setup.logger.notice(
            "\(text)",
            metadata: ["queue": .string(queue), "event_id": .string(event.rawValue)])
    }
}
