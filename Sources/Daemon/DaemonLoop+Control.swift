import Control
import Glibc
import HTTPServer
import HTTPTransport
import Logging
import SubscriberConfiguration
import SubscriberEngine
import Systemd

/// The control socket.
extension DaemonLoop {
    /// Nil where there is none; a daemon that cannot be asked serves all the same.
    func openControl() async -> ControlServer? {
        guard let path = setup.controlSocket else { return nil }
        let thread = NetworkThread()
        do throws(ControlServer.Failure) {
            if let end = path.lastIndex(of: "/") { mkdir(String(path[..<end]), 0o700) }
            return try await ControlServer.start(
                at: path, on: ServerLoop(thread.loop, executor: thread),
                for: DaemonControl(
                    loop: self, inbox: inbox, health: HealthCheck(supervisor, workers)),
                wait: { try await thread.sleep(for: $0) }, logger: setup.logger)
        } catch {
            setup.logger.warning(
                """
                The control socket cannot be used, \(error): status, reload and the like do not \
                reach this daemon. Name another path by control_socket
                """)
            return nil
        }
    }

    /// What `GET /status` answers.
    func report() async -> StatusReport {
        let (queues, counts) = await supervisor.overview()
        let time = WallTime(now: clock.now())
        var report = StatusReport(
            version: setup.version, processID: Int(getpid()),
            summary: statusText(queues, counts, time), since: since,
            configuration: StatusReport.Configuration(
                readAt: readAt, files: configuration.provenance.files, problem: notice),
            log: DaemonLog.level.rawValue,
            work: (
                configuration.slots,
                StatusReport.Messages(
                    handled: counts.handled, failed: counts.failed, rejected: counts.rejected)
            ))
        report.queues = await supervisor.reports(time)
        report.state =
            switch phase {
            case .starting: .starting
            case .serving: .running
            case .stopping, .failed: .stopping
            }
        return report
    }
}

/// The daemon, as the control socket sees it.
private struct DaemonControl: ControlledDaemon {
    let loop: DaemonLoop
    let inbox: AsyncStream<DaemonLoop.Happening>.Continuation
    let health: HealthCheck

    func status() async -> StatusReport {
        // Where the engines live: what they hold for a moment is not held by a slower thread.
        await withTaskExecutorPreference(NetworkThread.shared) { await loop.report() }
    }

    func fault() async -> String? {
        switch await health.run() {
        case .healthy: nil
        case .unhealthy(let reason): reason
        }
    }

    func reload() async -> ReloadOutcome { await inTurn { await $0.reload() } ?? .stopping }

    func pause(_ choice: QueueChoice, persisting: Bool) async -> PauseOutcome {
        await inTurn { await $0.pause(choice, persisting: persisting) } ?? .stopping
    }

    func resume(_ choice: QueueChoice) async -> PauseOutcome {
        await inTurn { await $0.resume(choice) } ?? .stopping
    }

    var logLevel: String { DaemonLog.level.rawValue }

    func setLogLevel(_ name: String) async -> Bool {
        await inTurn { await $0.setLogLevel(name) } ?? false
    }

    /// Does it when everything before it is done; nil where the daemon has ended.
    private func inTurn<Outcome: Sendable>(
        _ work: @escaping @Sendable (DaemonLoop) async -> Outcome
    ) async -> Outcome? {
        await withCheckedContinuation { asker in
            let asked = inbox.yield(
                .asked { loop in
                    if let loop {
                        asker.resume(returning: await work(loop))
                    } else {
                        asker.resume(returning: nil)
                    }
                })
            if case .terminated = asked { asker.resume(returning: nil) }
        }
    }
}
