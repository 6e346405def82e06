import HTTPServer
import JSON

/// Answers the requests of a control server.
struct ControlResponder<Daemon: ControlledDaemon>: Sendable {
    /// How long what is stuck may keep a client waiting.
    private static var healthTime: Duration { .seconds(2) }
    /// The time between two events.
    private static var eventInterval: Duration { .seconds(1) }

    let daemon: Daemon
    let scope: ControlServer.Scope
    let wait: @Sendable (Duration) async throws -> Void
    let largestBody: Int

    func answer(to request: IncomingRequest) async -> ServerAnswer {
        guard request.body != nil else {
            return ControlAnswer(
                413, error: "the request is larger than \(largestBody) bytes"
            ).answer
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
        case .status, .events: return await status
        case .metrics:
            let text = await daemon.metrics().text
            return ControlAnswer(text: text, type: MetricsText.contentType)
        case .reload: return ControlAnswer(await daemon.reload())
        case .pause(let choice, let persisting):
            return ControlAnswer(await daemon.pause(choice, persisting: persisting))
        case .resume(let choice): return ControlAnswer(await daemon.resume(choice))
        case .logLevel: break
        case .setLogLevel(let name):
            guard await daemon.setLogLevel(name) else {
                return ControlAnswer(
                    400, error: "the level is debug, info, notice, warning or error")
            }
        }
        let level = daemon.logLevel
        return ControlAnswer(200) { $0.member("level", level) }
    }

    private var status: ControlAnswer {
        get async {
            let report = await daemon.status()
            return ControlAnswer(200) { report.write(to: &$0) }
        }
    }

    /// The status at once, and then every second, until the client has gone: made only when it has
    /// taken the one before.
    private var events: ServerAnswer {
        let isFirst = FirstTime()
        let parts = AsyncStream<[UInt8]> {
            if !isFirst.take() {
                guard (try? await wait(Self.eventInterval)) != nil else { return nil }
            }
            return Array("event: status\ndata: ".utf8) + (await status).body + Array("\n".utf8)
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
            let asking = Task { verdict.yield(await daemon.fault()) }
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

extension ControlCall {
    fileprivate var isOfMetrics: Bool { self == .metrics || self == .health }
}
