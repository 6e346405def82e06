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
        for handler in handlers.retiring(allBut: new.handlerNames) { await handler.retire() }
        if case .serving = phase { scheduler.apply(new) }
        await decideStart(isOverdue: false)
    }
}
