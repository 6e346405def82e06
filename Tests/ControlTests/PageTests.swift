import Control
import HTTP
import HTTPServer
import Synchronization
import TestKit
import Testing

/// The page as the server writes it, of a daemon that says what it is told to.
@Suite struct PageTests {
    private static let hostile = "<img src=x onerror=\"alert(1)\">&amp;'{{token}}'"

    private func page(
        _ daemon: WatchedDouble, actions: Bool = false, at target: String = "/",
        method: String = "GET", fields: HTTPHeaders = ["Host": "localhost:9326"],
        body: [UInt8]? = []
    ) async -> (status: Int, text: String) {
        let answer = await PageResponder(
            ControlServer.Page(
                host: "db-1", knownBy: .loopback(and: ["127.0.0.1"]), allowsActions: actions),
            of: daemon,
            in: ControlServer.Surroundings(
                .common, logger: LogRecorder().logger, wait: { _ in }, time: { 1_000 })
        ).answer(
            to: IncomingRequest(method: method, target: target, headers: fields, body: body))
        guard case .bytes(let bytes) = answer.body else { return (answer.status, "") }
        return (answer.status, String(decoding: bytes, as: UTF8.self))
    }

    @Test func `what a stranger wrote is text wherever it stands`() async {
        var daemon = WatchedDouble()
        var queue = QueueReport(name: Self.hostile, state: .waiting)
        queue.trouble = Self.hostile
        queue.handlers = [HandlerReport(name: Self.hostile, concurrency: 1)]
        queue.runs = [
            RunReport(handler: Self.hostile, messageID: Self.hostile, duration: 1)
        ]
        queue.deadLetters = .unknown(Self.hostile)
        daemon.queues = [queue]
        daemon.events = [
            MessageEvent(
                number: 1, at: 999, source: (Self.hostile, Self.hostile),
                messageID: Self.hostile, isFailure: true, text: Self.hostile,
                output: Self.hostile)
        ]
        let encoded = String(percentEncoding: Self.hostile, keeping: isUnreserved)
        let (status, text) = await page(
            daemon, actions: true, at: "/?message=\(encoded)&queue=\(encoded)")
        #expect(status == 200)
        #expect(!text.contains("<img") && !text.contains("onerror=\"alert"))
        let escaped =
            "&lt;img src=x onerror=&quot;alert(1)&quot;&gt;&amp;amp;&#39;{{token}}&#39;"
        #expect(text.split(separator: escaped).count > 10)
    }

    @Test(
        arguments: [
            (QueueReport.State.receiving, nil, "good", "Working"),
            (.paused, nil, "warn", "Working, but 1 of 1 queue paused"),
            (.waiting, "handler h cannot work", "bad", "One thing is wrong"),
        ] as [(QueueReport.State, String?, String, String)])
    func `it says first whether it works`(
        state: QueueReport.State, trouble: String?, tone: String, verdict: String
    ) async {
        var daemon = WatchedDouble()
        var queue = QueueReport(name: "orders", state: state)
        queue.trouble = trouble
        daemon.queues = [queue]
        let text = await page(daemon).text
        #expect(text.contains("id=\"state\" data-tone=\"\(tone)\""))
        #expect(text.contains(">\(verdict)</h2>"))
        #expect(trouble.map { text.contains("orders: \($0)</li>") } ?? true)
    }

    @Test func `what it does not know is not called nothing`() async {
        var daemon = WatchedDouble()
        daemon.queues = [QueueReport(name: "orders", state: .opening)]
        let text = await page(daemon).text
        for name in ["handled", "oldest", "waiting", "dead"] {
            #expect(text.contains("data-text=\"\(name)\">–</b>"), "\(name)")
        }
    }

    @Test func `a message is told of as far as it is remembered, and as it runs`() async {
        var daemon = WatchedDouble()
        var queue = QueueReport(name: "orders", state: .receiving)
        queue.runs = [RunReport(handler: "charge", messageID: "m-1", duration: 90)]
        daemon.queues = [queue]
        daemon.events = [
            MessageEvent(
                number: 7, at: 990, source: ("orders", "charge"), messageID: "m-1",
                isFailure: true, text: "exit status 1 after 8 ms", output: nil)
        ]
        // As it is copied, with a blank.
        let known = await page(daemon, at: "/?message=+m-1%0A").text
        let story = known.split(separator: "data-events=\"story\"").last ?? ""
        #expect(story.contains("exit status 1 after 8 ms"))
        #expect(story.contains("runs now, for 1 min 30 s"))
        let unknown = await page(daemon, at: "/?message=m-2").text
        #expect(unknown.contains("Nothing is remembered of it"))
    }

    @Test(arguments: [
        ("GET", "/", "localhost", 200), ("HEAD", "/", "[::1]:9326", 200),
        ("GET", "/page.css", "127.0.0.1", 200), ("GET", "/page.js", "localhost", 200),
        ("GET", "/graphs.js", "localhost", 200), ("GET", "/icon.svg", "localhost", 200),
        ("GET", "/", "evil.example", 421), ("GET", "/page.js", "evil.example", 421),
        ("POST", "/", "localhost", 405), ("POST", "/pause", "localhost", 404),
        ("GET", "/status", "localhost", 404), ("GET", "/metrics", "localhost", 404),
        ("GET", "/?message=%zz", "localhost", 400), ("GET", "/../etc/passwd", "localhost", 404),
    ])
    func `it answers what is the page's and nothing else`(
        method: String, target: String, host: String, status: Int
    ) async {
        let answer = await page(
            WatchedDouble(), at: target, method: method, fields: ["Host": host])
        #expect(answer.status == status)
    }

    @Test func `who has forged actions sent in a loop fills no log`() async {
        let log = LogRecorder()
        let time = Mutex(1_000)
        let responder = PageResponder(
            ControlServer.Page(host: "db-1", knownBy: .any, allowsActions: true),
            of: WatchedDouble(),
            in: ControlServer.Surroundings(
                .common, logger: log.logger, wait: { _ in }, time: { time.withLock { $0 } }))
        for step in [0, 0, 59, 1, 1, -500] {
            time.withLock { $0 += step }
            let answer = await responder.answer(
                to: IncomingRequest(
                    method: "POST", target: "/pause", headers: ["Origin": "http://evil.example"],
                    body: Array("queue=orders".utf8)))
            #expect(answer.status == 403)
        }
        #expect(log.warnings.count == 3)
        #expect(log.warnings.first?.contains("it came from another site's page") == true)
    }

    @Test func `a request that is too large is refused`() async {
        #expect(await page(WatchedDouble(), body: nil).status == 413)
    }
}

/// A daemon that has what it was given.
private struct WatchedDouble: WatchedDaemon {
    var queues: [QueueReport] = []
    var events: [MessageEvent] = []
    var logLevel: String { "info" }

    func status() async -> StatusReport {
        var report = StatusReport(
            version: "1", processID: 2, summary: "", since: 3,
            configuration: StatusReport.Configuration(readAt: 3, files: [], problem: nil),
            log: "info",
            work: (slots: 4, StatusReport.Messages(handled: 0, failed: 0, rejected: 0)))
        report.queues = queues
        return report
    }

    func watchedStatus() async -> StatusReport { await status() }
    func load(of queue: String?) -> LoadReport { LoadReport(points: [], failures: 0) }
    var failureCount: Int { events.count }
    func failures(_ most: Int) -> [MessageEvent] { events }
    func story(of messageID: String) -> [MessageEvent] {
        events.filter { $0.messageID == messageID }
    }
    func redrive(_ queue: String) async -> RedriveOutcome { .stopping }
    func fault() async -> String? { nil }
    func metrics(of report: StatusReport) -> MetricsText { MetricsText() }
    func reload() async -> ReloadOutcome { .stopping }
    func pause(_ choice: QueueChoice, persisting: Bool) async -> PauseOutcome { .stopping }
    func resume(_ choice: QueueChoice) async -> PauseOutcome { .stopping }
    func setLogLevel(_ name: String) async -> LogLevelOutcome { .stopping }
}
