import HTTP
import HTTPServer
import JSON

/// Answers the requests of a control server.
struct ControlResponder<Daemon: ControlledDaemon>: Sendable {
    /// How long what is stuck may keep a client waiting.
    private static var healthTime: Duration { .seconds(2) }
    /// The time between two events.
    private static var eventInterval: Duration { .seconds(1) }
    /// How old metrics may be; scrapers come a few times a minute.
    private static var metricsAge: Duration { .seconds(1) }

    private let daemon: Daemon
    private let scope: ControlServer.Scope
    private let hosts: KnownHosts
    private let wait: @Sendable (Duration) async throws -> Void
    private let largestBody: Int
    // However many ask: the engine's thread, which makes these, has messages to carry.
    private let statuses: SingleFlight<ControlAnswer>
    private let metrics: SingleFlight<ControlAnswer>
    private let faults: SingleFlight<String?>

    init(
        daemon: Daemon, scope: ControlServer.Scope, hosts: KnownHosts,
        wait: @escaping @Sendable (Duration) async throws -> Void, largestBody: Int
    ) {
        self.daemon = daemon
        self.scope = scope
        self.hosts = hosts
        self.wait = wait
        self.largestBody = largestBody
        statuses = SingleFlight {
            let report = await daemon.status()
            return ControlAnswer(200) { report.write(to: &$0) }
        }
        metrics = SingleFlight(age: Self.metricsAge) {
            let text = daemon.metrics(of: await daemon.status()).text
            return ControlAnswer(text: text, type: MetricsText.contentType)
        }
        faults = SingleFlight { await daemon.fault() }
    }

    func answer(to request: IncomingRequest) async -> ServerAnswer {
        if let refusal = ControlAnswer.refusal(of: request, hosts, largestBody: largestBody) {
            return refusal.answer
        }
        do throws(ControlAnswer) {
            let call = try ControlCall(
                method: request.method, path: request.path, query: request.query)
            guard scope == .everything || call.isOfMetrics else {
                throw ControlAnswer(404, error: "here are /metrics and /healthz alone")
            }
            return call == .events ? events : await answer(to: call).answer
        } catch {
            return error.answer
        }
    }

    private func answer(to call: ControlCall) async -> ControlAnswer {
        switch call {
        case .health: return await health
        case .status, .events: return await statuses.value()
        case .metrics: return await metrics.value()
        case .reload: return ControlAnswer(await daemon.reload())
        case .pause(let choice, let persisting):
            return ControlAnswer(await daemon.pause(choice, persisting: persisting))
        case .resume(let choice): return ControlAnswer(await daemon.resume(choice))
        case .logLevel: break
        case .setLogLevel(let name):
            switch await daemon.setLogLevel(name) {
            case .set: break
            case .unknown:
                return ControlAnswer(
                    400, error: "the level is debug, info, notice, warning or error")
            case .stopping: return .stopping
            }
        }
        let level = daemon.logLevel
        return ControlAnswer(200) { $0.member("level", level) }
    }

    /// The status at once, and then every second, until the client has gone: made only when it has
    /// taken the one before.
    private var events: ServerAnswer {
        let isFirst = FirstTime()
        let parts = AsyncStream<[UInt8]> {
            if !isFirst.take() {
                guard (try? await wait(Self.eventInterval)) != nil else { return nil }
            }
            return Array("event: status\ndata: ".utf8) + (await statuses.value()).body
                + Array("\n".utf8)
        }
        return ServerAnswer(
            status: 200,
            headers: [
                (name: "Content-Type", value: "text/event-stream"),
                (name: "Cache-Control", value: "no-store"),
            ], body: .parts(parts))
    }

    /// 200, or 503 where the watchdog would not be fed.
    private var health: ControlAnswer {
        get async {
            let (verdicts, verdict) = AsyncStream<String?>.makeStream()
            let asking = Task { verdict.yield(await faults.value()) }
            let limit = Task {
                guard (try? await wait(Self.healthTime)) != nil else { return }
                verdict.yield("the engine has not answered within \(Self.healthTime)")
            }
            defer {
                asking.cancel()
                limit.cancel()
            }
            for await fault in verdicts {
                return fault.map { ControlAnswer(503, error: $0) }
                    ?? ControlAnswer(200) { $0.member("status", "ok") }
            }
            return .stopping
        }
    }
}

extension ControlAnswer {
    /// The answer to what no server of the daemon looks at; nil where it is to be looked at.
    static func refusal(
        of request: IncomingRequest, _ hosts: KnownHosts, largestBody: Int
    ) -> ControlAnswer? {
        let host = request.headers["Host"]
        guard hosts.include(host) else {
            // Misdirected Request, RFC 9110.
            return ControlAnswer(
                421,
                error: """
                    this server is not known by the name \(host?.prefix(100) ?? ""): use localhost \
                    or an address, set [metrics] allow_remote = true where others may read them, \
                    and name in [web] hosts what the page is reached by
                    """
            )
        }
        guard request.body == nil else { return nil }
        return ControlAnswer(413, error: "the request is larger than \(largestBody) bytes")
    }
}

extension ControlCall {
    fileprivate var isOfMetrics: Bool { self == .metrics || self == .health }
}
