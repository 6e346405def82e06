import AWS
import Control
import Logging
import SubscriberConfiguration

/// Pausing and resuming of queues, and the level of the log.
extension DaemonLoop {
    func isPaused(_ plan: SubscriptionPlan) -> Bool {
        !paused.queues.isDisjoint(with: plan.names)
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
        for queue in queues(of: .all) where paused.queues.contains(queue.text) {
            log("paused, as it was before the start", .queuePaused, queue)
        }
    }

    func pause(_ choice: QueueChoice, persisting: Bool) async -> PauseOutcome {
        guard isChangeable else { return .stopping }
        if persisting, !paused.isPersistable {
            return .refused(
                "nothing is kept over a restart: state_directory is not set, or cannot be used")
        }
        if let unknown = unknown(in: choice) { return .unknown(unknown) }
        let chosen = queues(of: choice)
        for queue in chosen where !paused.queues.contains(queue.text) {
            log("paused on request: what runs finishes, nothing begins", .queuePaused, queue)
        }
        // All of its names: after a restart it is not known that they mean one queue.
        let names = chosen.reduce(into: Set()) { $0.formUnion(synonyms.names(of: $1.text)) }
        let problem = changePaused { try $0.pause(names, persisting: persisting) }
        return await applyPaused(chosen, problem)
    }

    func resume(_ choice: QueueChoice) async -> PauseOutcome {
        guard isChangeable else { return .stopping }
        if let unknown = unknown(in: choice) { return .unknown(unknown) }
        let chosen = withBareNames(queues(of: choice))
        // It may have been paused under another of its names.
        let names = chosen.map { synonyms.names(of: $0.text) }
        for (queue, names) in zip(chosen, names) where !paused.queues.isDisjoint(with: names) {
            log("served again on request", .queueResumed, queue)
        }
        let problem = changePaused { try $0.resume(names.reduce(into: []) { $0.formUnion($1) }) }
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

    var isChangeable: Bool {
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

    private func applyPaused(_ chosen: [QueueReference], _ problem: String?) async -> PauseOutcome {
        await applyPlans()
        await decideStart(isOverdue: false)
        await refreshStatus()
        if let problem { return .refused(problem) }
        return .changed(chosen.map(\.text))
    }

    /// A bare name means the queues of that name in all accounts and regions; a queue that the
    /// configuration names by its URL or ARN is meant alone by that.
    private func queues(of choice: QueueChoice) -> [QueueReference] {
        let all = configuration.subscriptions.map(\.queue)
        switch choice {
        case .all: return all
        case .named(let texts):
            return all.filter { texts.contains($0.text) || texts.contains($0.name) }
        }
    }

    /// Those, and what is paused under their bare names. Which queue a bare name means is not known
    /// before it is served: should it be the same, its messages would go past the handlers of the
    /// name that stays paused.
    private func withBareNames(_ chosen: [QueueReference]) -> [QueueReference] {
        let names = Set(chosen.map(\.name))
        let others = configuration.subscriptions.map(\.queue).filter {
            $0.text == $0.name && names.contains($0.name) && paused.queues.contains($0.text)
                && !chosen.contains($0)
        }
        return chosen + others
    }

    /// Why the choice is none; nil where it is.
    private func unknown(in choice: QueueChoice) -> String? {
        guard case .named(let texts) = choice,
            let unknown = texts.first(where: { queues(of: .named([$0])).isEmpty })
        else { return nil }
        return "no handler asks for the queue \(unknown); there are "
            + queues(of: .all).map(\.text).joined(separator: ", ")
    }

    private func log(_ text: String, _ event: EventID, _ queue: QueueReference) {
        setup.logger.notice(
            "\(text)",
            metadata: ["queue": .string(queue.name), "event_id": .string(event.rawValue)])
    }
}
