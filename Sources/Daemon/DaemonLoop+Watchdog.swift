import SubscriberEngine
import Systemd

extension DaemonLoop {
    /// Tells the service manager for as long as everything answers; nil where it does not ask.
    func makeWatchdog() -> Watchdog? {
        guard let interval = notifier.serviceManager.watchdogInterval else { return nil }
        let (supervisor, workers) = (supervisor, workers)
        let check = HealthCheck(
            queues: { await supervisor.statuses() },
            probe: {
                await supervisor.probe()
                await workers.probe()
            })
        return Watchdog(
            serviceManager: notifier.serviceManager, interval: interval, logger: setup.logger,
            sleep: { try await Task.sleep(for: $0) }, check: { await check.run() })
    }
}
