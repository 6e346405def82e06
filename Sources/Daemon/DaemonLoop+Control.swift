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
    /// Opens what is wanted of the control socket and the metrics' address. A daemon that cannot be
    /// asked serves all the same.
    func openControl() async -> [ControlServer] {
        let metrics = configuration.metrics.listen.flatMap(ListenPlace.init)
        guard setup.controlSocket != nil || metrics != nil else { return [] }
        let thread = NetworkThread()
        let surroundings = ControlServer.Surroundings(
            ServerLoop(thread.loop, executor: thread), logger: setup.logger,
            wait: { try await thread.sleep(for: $0) })
        let control = await open(
            setup.controlSocket.map(ControlPlace.socket), .everything, surroundings,
            else: "status, reload and the like do not reach this daemon. Name another path by "
                + "control_socket")
        let metricsServer = await open(
            metrics.map(ControlPlace.init), .metrics, surroundings,
            else: "Prometheus does not reach this daemon. Name another place by [metrics] listen")
        return [control, metricsServer].compactMap(\.self)
    }

    private func open(
        _ place: ControlPlace?, _ scope: ControlServer.Scope,
        _ surroundings: ControlServer.Surroundings, else consequence: String
    ) async -> ControlServer? {
        guard let place else { return nil }
        do throws(ControlServer.Failure) {
            if case .socket(let path) = place, let end = path.lastIndex(of: "/") {
                mkdir(String(path[..<end]), 0o700)
            }
            let server = try await ControlServer.start(
                at: place, knownBy: hosts(of: place), for: scope,
                of: DaemonControl(
                    loop: self, inbox: inbox, health: HealthCheck(supervisor, workers)),
                in: surroundings)
            if case .address(let host, _) = place, let port = server.port {
                setup.logger.notice("Metrics are at http://\(host):\(port)/metrics")
            }
            return server
        } catch {
            let what = scope == .everything ? "The control socket" : "The metrics' address"
            setup.logger.warning("\(what) cannot be used, \(error): \(consequence)")
            return nil
        }
    }

    /// What web pages reach, browsers being on loopback as well, is for its own hosts alone.
    private func hosts(of place: ControlPlace) -> KnownHosts {
        switch place {
        case .socket: .any
        case .address(let host, _):
            configuration.metrics.allowsRemote ? .any : .loopback(and: host)
        }
    }

    /// What `GET /metrics` answers. Takes its time, and so is no work for the engine's thread.
    nonisolated func metrics(of report: StatusReport) -> MetricsText {
        var text = MetricsText()
        DaemonMetrics(report, process: .current, requests: requests.reports).write(to: &text)
        setup.metrics?.write(to: &text)
        return text
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

    func metrics(of report: StatusReport) -> MetricsText { loop.metrics(of: report) }

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

    func setLogLevel(_ name: String) async -> LogLevelOutcome {
        await inTurn { await $0.setLogLevel(name) ? .set : .unknown } ?? .stopping
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

extension ControlPlace {
    fileprivate init(_ place: ListenPlace) {
        self =
            switch place {
            case .address(let host, let port): .address(host: host, port: port)
            case .socket(let path): .socket(path)
            }
    }
}
