package import HTTPServer
import JSON
package import Logging

/// The server of the control socket: HTTP/1.1 and JSON.
///
/// It lives on a thread of its own, on which nothing of a handler runs, so that it answers however
/// busy the handlers are, and costs no message its turn.
package struct ControlServer: Sendable {
    /// Commands, `top` and pages that some operators have open at the same time.
    private static let mostConnections = 64
    /// No request has a body that is worth mentioning.
    private static let largestBody = 64 << 10
    /// A request is sent in one piece.
    private static let requestTime = Duration.seconds(10)
    /// How long what is stuck may keep a client waiting.
    private static let healthTime = Duration.seconds(2)

    private let listener: HTTPListener

    /// Returns when it listens.
    ///
    /// - Parameter wait: returns after a time, for what may not come.
    package static func start(
        at path: String, on loop: ServerLoop, for daemon: some ControlledDaemon,
        wait: @escaping @Sendable (Duration) async throws -> Void, logger: Logger
    ) async throws(Failure) -> ControlServer {
        let service = HTTPListener.Service(
            name: "the control socket",
            limits: ConnectionLimits(
                connections: mostConnections, body: largestBody, requestTime: requestTime),
            answer: { await answer(to: $0, daemon, wait) })
        let socket: ListeningSocket
        do throws(ListeningSocket.Failure) {
            socket = try ListeningSocket(path: path, mode: ControlSocket.mode)
        } catch {
            throw Failure(description: error.description)
        }
        do throws(HTTPListener.Failure) {
            return ControlServer(
                listener: try await HTTPListener.open(
                    .socket(socket), service, on: loop, logger: logger))
        } catch {
            throw Failure(description: error.description)
        }
    }

    /// It cannot listen.
    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }

    /// Takes the socket away, and cuts who is connected.
    package func close() async { await listener.close() }

    private static func answer(
        to request: IncomingRequest, _ daemon: some ControlledDaemon,
        _ wait: @escaping @Sendable (Duration) async throws -> Void
    ) async -> ServerAnswer {
        guard request.body != nil else {
            return ControlAnswer(
                413, error: "the request is larger than \(largestBody) bytes"
            ).answer
        }
        do throws(ControlAnswer) {
            let call = try ControlCall(
                method: request.method, path: request.path, query: request.query)
            return await answer(to: call, daemon, wait).answer
        } catch {
            return error.answer
        }
    }

    private static func answer(
        to call: ControlCall, _ daemon: some ControlledDaemon,
        _ wait: @escaping @Sendable (Duration) async throws -> Void
    ) async -> ControlAnswer {
        switch call {
        case .health: return await health(of: daemon, wait)
        case .status:
            let report = await daemon.status()
            return ControlAnswer(200) { report.write(to: &$0) }
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

    /// 200, or 503 where the watchdog would not be fed.
    private static func health(
        of daemon: some ControlledDaemon,
        _ wait: @escaping @Sendable (Duration) async throws -> Void
    ) async -> ControlAnswer {
        let (verdicts, verdict) = AsyncStream<String?>.makeStream()
        let asking = Task { verdict.yield(await daemon.fault()) }
        let limit = Task {
            guard (try? await wait(healthTime)) != nil else { return }
            verdict.yield("the engine has not answered within \(healthTime)")
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
