import Control
import JSON
import Testing

@Suite struct StatusScreenTests {
    private static let since = 1_700_000_000

    private static func report(_ queues: [QueueReport], problem: String? = nil) -> StatusReport {
        var report = StatusReport(
            version: "1.2.3", processID: 4711, summary: "Serving 1 of 1 queue", since: since,
            configuration: StatusReport.Configuration(
                readAt: since + 60, files: ["/etc/sqs-subscriber/sqs-subscriber.toml"],
                problem: problem),
            log: "info",
            work: (64, StatusReport.Messages(handled: 120, failed: 3, rejected: 1)))
        report.queues = queues
        return report
    }

    private static let orders: QueueReport = {
        var queue = QueueReport(name: "orders", state: .receiving)
        (queue.inHand, queue.running) = (5, 3)
        queue.received = .init(minute: 12.04, quarter: 11.26)
        queue.deleted = .init(minute: 12, quarter: 11)
        queue.lag = 0.25
        queue.depth = .init(visible: 1_204, inFlight: 5, delayed: 0)
        queue.lastFailure = .init(text: "charge m-1: exit status 1", at: since + 90)
        var handler = HandlerReport(name: "charge", concurrency: 8)
        handler.running = 3
        (handler.runs.done, handler.runs.retried, handler.runs.rejected) = (117, 3, 1)
        (handler.median, handler.percentile99, handler.oldestRun) = (0.08, 1.5, 12)
        queue.handlers = [handler]
        queue.runs = [RunReport(handler: "charge", messageID: "m-2", duration: 12)]
        return queue
    }()

    private func json(_ report: StatusReport) throws -> JSONValue {
        var json = JSONWriter()
        json.object { report.write(to: &$0) }
        return try JSONValue(parsing: json.bytes)
    }

    private func text(_ report: StatusReport, showsRuns: Bool = false) throws -> String {
        StatusScreen(try json(report), now: Self.since + 7_500).text(showsRuns: showsRuns)
    }

    @Test func `the screen shows the daemon, its queues and their handlers`() throws {
        #expect(
            try text(Self.report([Self.orders]), showsRuns: true) == """
                sqs-subscriber 1.2.3, pid 4711: running since 2023-11-14T22:13:20Z (2 h 5 min)
                configuration read 2023-11-14T22:14:20Z from /etc/sqs-subscriber/sqs-subscriber.toml
                3 running in 64 slots; 120 handled, 3 failed, 1 rejected; log level info

                QUEUE  STATE     IN HAND RECEIVED/s DELETED/s OLDEST WAITING
                orders receiving 5       12.0 11.3  12.0 11.0 250 ms 1204

                orders
                  HANDLER RUNNING DONE RETRIED REJECTED P50   P99   OLDEST RUN
                  charge  3 of 8  117  3       1        80 ms 1.5 s 12 s
                  last failure 2023-11-14T22:14:50Z: charge m-1: exit status 1

                RUNNING NOW   MESSAGE FOR
                orders/charge m-2     12 s

                """)
    }

    @Test func `what is not known is left open, and troubles stand out`() throws {
        var queue = QueueReport(name: "orders", state: .opening)
        queue.trouble = "retrying, no network"
        let report = Self.report([queue], problem: "reload failed")
        #expect(report.isInTrouble)
        let lines = try text(report).split(separator: "\n")
        #expect(lines.contains("! reload failed"))
        #expect(lines.contains("  ! retrying, no network"))
        #expect(lines.contains("orders opening 0       -          -         -      -"))
    }

    @Test func `the first lines say what is wrong, however long the screen is`() throws {
        let queues = (1...9).map { number in
            var queue = QueueReport(name: "q\(number)", state: number > 7 ? .paused : .idle)
            if number < 6 { queue.trouble = "no network" }
            return queue
        }
        let lines = try text(Self.report(queues)).split(separator: "\n")
        #expect(
            lines[0] == "sqs-subscriber 1.2.3, pid 4711: in trouble, running "
                + "since 2023-11-14T22:13:20Z (2 h 5 min)")
        #expect(lines[1] == "! 5 of 9 queues in trouble: q1, q2, q3 and 2 more")
        #expect(lines[2] == "2 of 9 queues paused: q8, q9")
        #expect(lines[3].hasPrefix("configuration read"))
    }

    @Test func `of many files some are named`() throws {
        var report = Self.report([])
        let files = (1...200).map { "/etc/sqs-subscriber/handlers.d/\($0).toml" }
        report.configuration = StatusReport.Configuration(
            readAt: Self.since, files: files, problem: nil)
        #expect(try text(report).contains("3.toml and 197 more\n"))
    }

    @Test func `every member of the answer is in the manual, and nothing else`() throws {
        var queue = Self.orders
        queue.trouble = "no network"
        queue.counts.released = ["paused": 2]
        let report = try json(Self.report([queue], problem: "reload failed"))
        // The causes are SQS' and ours, and may be more.
        let found = Set(places(of: report).map { $0.replacing(/released\..*/, with: "released") })
        #expect(found == Set(StatusMembers.all.map(\.0)))
    }

    private func places(of value: JSONValue, in place: String = "") -> [String] {
        switch value {
        case .object(let members):
            members.flatMap { member in
                places(
                    of: member.value, in: place.isEmpty ? member.name : "\(place).\(member.name)")
            }
        case .list(let items):
            items.contains { if case .object = $0 { true } else { false } }
                ? items.flatMap { places(of: $0, in: "\(place)[]") } : [place]
        case .text, .number, .boolean, .null: [place]
        }
    }

    @Test func `names cannot act on the terminal`() throws {
        var queue = QueueReport(name: "a\u{1B}[2Jb\u{202E}c", state: .idle)
        queue.trouble = "x\u{07}\ny"
        var report = Self.report([queue])
        report.configuration = StatusReport.Configuration(
            readAt: 0, files: ["/etc/\u{07}.toml"], problem: "\u{1B}[2J")
        let shown = try text(report)
        #expect(shown.contains("a [2Jb c"))
        #expect(!shown.unicodeScalars.contains { $0 == "\u{1B}" || $0 == "\u{07}" })
    }

    @Test func `the answer has numbers as numbers, and leaves out what is not known`() throws {
        let report = try json(Self.report([Self.orders, QueueReport(name: "z", state: .paused)]))
        guard case .list(let queues)? = report["queues"] else {
            Issue.record("there are no queues")
            return
        }
        #expect(queues[0]["oldest_in_hand_seconds"] == .number("0.250"))
        #expect(queues[0]["received_per_second"]?["1m"] == .number("12.040"))
        #expect(queues[0]["approximate"]?["visible"] == .number("1204"))
        #expect(queues[1]["state"] == .text("paused"))
        #expect(queues[1]["approximate"] == nil)
        #expect(report["trouble"] == .boolean(false))
        #expect(report["configuration"]?["problem"] == nil)
    }
}
