import HTTPTransport
import Logging
import SubscriberEngine
import Systemd

/// The watchdog of the service manager, fed on proof of life of every queue and the worker pool.
struct HealthWatch: Sendable {
    private let watchdog: Watchdog

    /// Nil where the service manager has no watchdog for this process.
    init?(
        _ manager: ServiceManager, _ supervisor: Supervisor, _ workers: WorkerPool,
        _ logger: Logger
    ) {
        guard let interval = manager.watchdogInterval else { return nil }
        let check = HealthCheck(supervisor, workers)
        watchdog = Watchdog(
            serviceManager: manager, interval: interval, logger: logger,
            trouble: ["event_id": .string(EventID.unhealthy.rawValue)],
            sleep: { try await NetworkThread.shared.sleep(for: $0) }, check: { await check.run() })
    }

    func run() async { await watchdog.run() }
}
