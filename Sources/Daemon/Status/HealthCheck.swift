import Calendar
import SubscriberEngine
import Systemd

/// Proof of life, for the watchdog: each receive has come back within its time, each engine loop
/// has answered, the worker pool has run a probe.
///
/// A slow queue, a slow handler or an unreachable service is not a fault of the process: restarting
/// it would help nobody.
struct HealthCheck: Sendable {
    /// What a receive may take beyond its wait time: as long as the client gives an answer, and the
    /// time to open a connection; what is out for longer was forgotten by its transport.
    static let receiveMargin = Duration.seconds(40)

    let queues: @Sendable () async -> [QueueStatus]
    /// Returns when every engine loop and the worker pool have answered.
    let probe: @Sendable () async -> Void

    init(_ supervisor: Supervisor, _ workers: WorkerPool) {
        queues = { await supervisor.statuses() }
        probe = {
            await supervisor.probe()
            await workers.probe()
        }
    }

    /// Does not answer at all where a loop is stuck: the watchdog treats that as unhealthy.
    func run() async -> Health {
        await probe()
        for queue in await queues() {
            if let reason = Self.fault(of: queue) { return .unhealthy(reason: reason) }
        }
        return .healthy
    }

    static func fault(of queue: QueueStatus) -> String? {
        guard case .serving(let snapshot) = queue.state, !snapshot.isFinished else { return nil }
        for receive in snapshot.receives where receive.outFor > receive.waitTime + receiveMargin {
            return "a receive of \(queue.name) has been out for \(receive.outFor.readable)"
        }
        return nil
    }
}
