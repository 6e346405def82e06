import Control
import HTTP
import HTTPServer
import HTTPTransport
import TestKit
import Testing

/// A control server over a real connection, of a daemon that has ended.
@Suite struct ControlServerTests {
    @Test(arguments: [
        "/log-level?level=debug", "/log-level?level=loud", "/reload", "/pause?all=true",
        "/resume?all=true",
    ])
    func `what is asked of a daemon that has ended is not called the asker's fault`(
        resource: String
    ) async throws {
        let answer = try await ask("POST", resource)
        #expect(answer.status == 503)
        #expect(String(decoding: answer.body, as: UTF8.self).contains("the daemon stops"))
    }

    @Test(arguments: [
        ("127.0.0.1:9325", 200), ("localhost", 200), ("evil.example", 421),
        ("127.0.0.1.evil.example:9325", 421),
    ])
    func `a page that has its name lead here reads nothing`(
        host: String, status: Int
    ) async throws {
        let answer = try await ask("GET", "/log-level", host: host)
        #expect(answer.status == status)
        let text = String(decoding: answer.body, as: UTF8.self)
        #expect(text.contains(status == 200 ? "info" : "this server is not known by the name"))
    }

    @Test func `where others may read it any name will do`() async throws {
        let answer = try await ask("GET", "/log-level", host: "metrics.example", of: .any)
        #expect(answer.status == 200)
    }

    private func ask(
        _ method: String, _ resource: String, host: String = "localhost",
        of hosts: KnownHosts = .loopback(and: ["127.0.0.1"])
    ) async throws -> HTTPResponse {
        let server = try await ControlServer.start(
            at: .address(host: "127.0.0.1", port: 0), knownBy: hosts, for: .everything,
            of: EndedDaemon(),
            in: ControlServer.Surroundings(
                .common, logger: LogRecorder().logger, wait: { _ in }, time: { 0 }))
        let transport = NIOTransport()
        let answer: Result<HTTPResponse, TransportError>
        do throws(TransportError) {
            answer = .success(
                try await transport.send(
                    HTTPRequest(
                        method: method, url: "http://127.0.0.1:\(server.port ?? 0)\(resource)",
                        headers: ["Host": host]),
                    timeout: .seconds(60)))
        } catch {
            answer = .failure(error)
        }
        await transport.shutdown()
        await server.close()
        return try answer.get()
    }
}

private struct EndedDaemon: ControlledDaemon {
    var logLevel: String { "info" }

    func fault() async -> String? { nil }

    func status() async -> StatusReport {
        StatusReport(
            version: "", processID: 0, summary: "", since: 0,
            configuration: StatusReport.Configuration(readAt: 0, files: [], problem: nil), log: "",
            work: (slots: 0, StatusReport.Messages(handled: 0, failed: 0, rejected: 0)))
    }

    func metrics(of report: StatusReport) -> MetricsText { MetricsText() }
    func reload() async -> ReloadOutcome { .stopping }
    func pause(_ choice: QueueChoice, persisting: Bool) async -> PauseOutcome { .stopping }
    func resume(_ choice: QueueChoice) async -> PauseOutcome { .stopping }
    func setLogLevel(_ name: String) async -> LogLevelOutcome { .stopping }
}
