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
    /// Opens what is wanted of the control socket, the metrics' address and the page. A daemon that
    /// cannot be asked serves all the same.
    func openControl() async -> [ControlServer] {
        let metrics = configuration.metrics.listen.flatMap(ListenPlace.init)
        let web = configuration.web.listen.flatMap(ListenPlace.init)
        guard setup.controlSocket != nil || metrics != nil || web != nil else { return [] }
        let thread = NetworkThread()
        let surroundings = ControlServer.Surroundings(
            ServerLoop(thread.loop, executor: thread), logger: setup.logger,
            wait: { try await thread.sleep(for: $0) }, time: { time(nil) })
        return [
            await open(.commands, at: setup.controlSocket.map(ControlPlace.socket), surroundings),
            await open(.metrics, at: metrics.map(ControlPlace.init), surroundings),
            await open(.page, at: web.map(ControlPlace.init), surroundings),
        ].compactMap(\.self)
    }

    private func open(
        _ door: Door, at place: ControlPlace?, _ surroundings: ControlServer.Surroundings
    ) async -> ControlServer? {
        guard let place else { return nil }
        if door == .commands, case .socket(let path) = place, let end = path.lastIndex(of: "/") {
            mkdir(String(path[..<end]), 0o700)
        }
        let daemon = DaemonControl(
            loop: self, inbox: inbox, health: HealthCheck(supervisor, workers))
        do throws(ControlServer.Failure) {
            let server: ControlServer =
                switch door {
                case .commands:
                    try await .start(at: place, for: .everything, of: daemon, in: surroundings)
                case .metrics:
                    try await .start(
                        at: place,
                        knownBy: hosts(ofMetrics: place),
                        for: .metrics, of: daemon, in: surroundings)
                case .page:
                    try await .start(page(place), at: place, of: daemon, in: surroundings)
                }
            if case .address(let host, _) = place, let port = server.port,
                let sentence = door.sentence(host: host, port: port)
            {
                setup.logger.notice("\(sentence)")
            }
            return server
        } catch {
            setup.logger.warning("\(door.name) cannot be used, \(error): \(door.consequence)")
            return nil
        }
    }

    /// What web pages reach, browsers being on loopback as well, is for its own hosts alone.
    private func hosts(ofMetrics place: ControlPlace) -> KnownHosts {
        switch place {
        case .socket: .any
        case .address(let host, _):
            configuration.metrics.allowsRemote ? .any : .loopback(and: [host])
        }
    }

    /// Others may come, but no page that has its own name lead here: who may reach the address
    /// would read it, and press its buttons, for that page.
    private func hosts(ofPage place: ControlPlace) -> KnownHosts {
        let web = configuration.web
        return switch place {
        case .socket: .any
        case .address(let host, _):
            web.allowsRemote
                ? .addresses(and: [host, ProcessEnvironment.hostName] + web.hosts)
                : .loopback(and: [host] + web.hosts)
        }
    }

    private func page(_ place: ControlPlace) -> ControlServer.Page {
        ControlServer.Page(
            host: ProcessEnvironment.hostName,
            knownBy: hosts(ofPage: place),
            allowsActions: configuration.web.allowsActions)
    }

    /// What `GET /metrics` answers. Takes its time, and so is no work for the engine's thread.
    nonisolated func metrics(of report: StatusReport) -> MetricsText {
        var text = MetricsText()
        DaemonMetrics(report, process: .current, requests: requests.reports).write(to: &text)
        setup.metrics?.write(to: &text)
        return text
    }

    /// What `GET /status` answers.
    ///
    /// - Parameter countsDeadLetters: whether SQS is asked for them.
    func report(countsDeadLetters: Bool = false) async -> StatusReport {
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
        report.queues = await supervisor.reports(time, countsDeadLetters: countsDeadLetters)
        report.state =
            switch phase {
            case .starting: .starting
            case .serving: .running
            case .stopping, .failed: .stopping
            }
        return report
    }
}

/// What the daemon can be asked through.
private enum Door {
    case commands, metrics, page

    var name: String {
        switch self {
        case .commands: "The control socket"
        case .metrics: "The metrics' address"
        case .page: "The page's address"
        }
    }

    /// What follows where it stays closed, and what to do.
    var consequence: String {
        switch self {
        case .commands:
            "status, reload and the like do not reach this daemon. Name another path by "
                + "control_socket"
        case .metrics:
            "Prometheus does not reach this daemon. Name another place by [metrics] listen"
        case .page: "nobody sees the page. Name another place by [web] listen"
        }
    }

    /// Nil where it is not said.
    func sentence(host: String, port: Int) -> String? {
        let address = host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        switch self {
        case .commands: return nil
        case .metrics: return "Metrics are at http://\(address)/metrics"
        case .page: return "The page is at http://\(address)/"
        }
    }
}

/// The daemon, as those see it who are connected.
private struct DaemonControl: WatchedDaemon {
    let loop: DaemonLoop
    let inbox: AsyncStream<DaemonLoop.Happening>.Continuation
    let health: HealthCheck

    func status() async -> StatusReport {
        // Where the engines live: what they hold for a moment is not held by a slower thread.
        await withTaskExecutorPreference(NetworkThread.shared) { await loop.report() }
    }

    func watchedStatus() async -> StatusReport {
        await withTaskExecutorPreference(NetworkThread.shared) {
            await loop.report(countsDeadLetters: true)
        }
    }

    func metrics(of report: StatusReport) -> MetricsText { loop.metrics(of: report) }

    func load(of queue: String?) -> LoadReport {
        loop.load.report(of: queue, at: loop.clock.now())
    }

    var failureCount: Int { loop.history.failureCount }

    func failures(_ most: Int) -> [MessageEvent] { loop.history.failures(most) }

    func story(of messageID: String) -> [MessageEvent] { loop.history.story(of: messageID) }

    func redrive(_ queue: String) async -> RedriveOutcome {
        await loop.isChangeable ? await loop.redrive(queue) : .stopping
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
