import AWS
import Control
import Glibc
import Logging
import MessageHandling
import Settings
import SubscriberConfiguration
import SubscriberEngine
import Systemd

/// The reload.
extension DaemonLoop {
    func reload() async -> ReloadOutcome {
        switch phase {
        case .stopping, .failed: return .stopping
        case .starting, .serving: break
        }
        let wasServing = if case .serving = phase { true } else { false }
        if wasServing { notifier.enter(.reloading, status: await statusText()) }
        let outcome: ReloadOutcome
        do {
            await adopt(try setup.reload(configuration))
            notice = nil
            setup.logger.notice(
                "Configuration reloaded",
                metadata: ["event_id": .string(EventID.reloaded.rawValue)])
            outcome = .reloaded(warnings: configuration.warnings.map(\.description))
        } catch {
            refuse(error)
            outcome = .refused(errors: error.errors.map(\.description))
        }
        if wasServing { notifier.enter(.ready, status: await statusText()) }
        isSettled = false
        return outcome
    }

    private func refuse(_ errors: ConfigurationErrors) {
        let first = errors.errors.first.map { ": \($0)" } ?? ""
        notice = "reload failed, the old configuration stays in force\(first)"
        let metadata: Logger.Metadata = ["event_id": .string(EventID.reloadFailed.rawValue)]
        setup.logger.error(
            "Reload failed: the old configuration stays in force", metadata: metadata)
        for error in errors.errors { setup.logger.error("\(error)", metadata: metadata) }
    }

    /// Two names turned out to mean one queue.
    func unite(_ name: String, with other: String) async {
        switch phase {
        case .stopping, .failed: return
        case .starting, .serving: break
        }
        guard synonyms.note(name, isQueueOf: other) else { return }
        let named = configuration.subscriptions.filter { [name, other].contains($0.queue.text) }
        if let queue = named.first?.queue.name, named.count > 1 {
            let isOdd = named[0].options != named[1].options
            let settings = isOdd ? ". They have settings of their own: those of \(other) count" : ""
            setup.logger.log(
                level: isOdd ? .warning : .info,
                "\(name) and \(other) are the same queue, and served as one\(settings)",
                metadata: ["queue": .string(queue)])
        }
        await applyPlans()
        await decideStart(isOverdue: false)
    }

    private func adopt(_ new: Configuration) async {
        let old = configuration
        configuration = new
        readAt = time(nil)
        DaemonLog.setLevel(Logger.Level(new.log.level))
        messageLog.limit(toLinesPerSecond: setup.messageLines(new))
        setup.warn(of: new)
        setup.warnOfUnused(new, since: old)
        slots.resize(to: new.slots)
        workers.resize(to: new.slots)
        await setup.createLocalQueues(for: new)
        await applyPlans()
        if case .serving = phase { scheduler.apply(new) }
        await decideStart(isOverdue: false)
    }
}
