import Daemon
import Logging
import TestKit
import Testing

@Suite struct LogSubjectTests {
    @Test func `one threshold counts for all loggers but those with a level of their own`() {
        let threshold = LogThreshold(.warning)
        var lines = LogRecorder().handler
        lines.logLevel = .trace
        var (one, other) = (
            Logger(label: "one") { _ in
                SubjectLogHandler(lines, showsFields: true, threshold: threshold)
            },
            Logger(label: "other") { _ in
                SubjectLogHandler(lines, showsFields: true, threshold: threshold)
            }
        )
        #expect(one.logLevel == .warning && other.logLevel == .warning)
        other.logLevel = .error
        threshold.level = .debug
        #expect(one.logLevel == .debug && other.logLevel == .error)
        one.logLevel = .critical
        #expect(one.logLevel == .critical)
    }

    private static let id = "117fedb2-7e3f-4a54-9a0e-1c9b0a6d7f11"
    private static let entry: Logger.Metadata = [
        "queue": "orders", "handler": "charge", "message_id": .string(id), "receive_count": "2",
        "duration_usec": "8000", "outcome": "retry", "output": "card declined",
        "exit_status": "1",
    ]

    static let subjects: [(queue: String?, handler: String?, id: String?, text: String?)] = [
        ("orders", "charge", id, "orders/charge 117fedb2"),
        ("orders", "orders", id, "orders 117fedb2"),
        ("orders", "charge", nil, "orders/charge"),
        ("orders", nil, id, "orders 117fedb2"),
        ("orders", nil, nil, "orders"),
        (nil, "charge", "short", "charge short"),
        (nil, nil, id, nil),
    ]

    @Test(arguments: subjects)
    func `a line begins with what it is about`(
        queue: String?, handler: String?, id: String?, text: String?
    ) {
        let subject = LogSubject(queue: queue, handler: handler, messageID: id)
        #expect(subject?.description == text)
    }

    private func logger(_ lines: LogRecorder, showsFields: Bool) -> Logger {
        Logger(label: "test") { _ in
            SubjectLogHandler(lines.handler, showsFields: showsFields)
        }
    }

    @Test func `a line about several messages begins with none of them`() {
        let lines = LogRecorder()
        let entry = Self.entry.merging(["message_id": ["a", "b"]]) { $1 }
        logger(lines, showsFields: false).info("printed", metadata: entry)
        #expect(lines.texts == ["orders/charge: printed"])
    }

    @Test func `in the journal every field stays beside the text`() {
        let lines = LogRecorder()
        logger(lines, showsFields: false).warning("exit status 1", metadata: Self.entry)
        #expect(lines.texts == ["orders/charge 117fedb2: exit status 1"])
        #expect(lines.entries[0].metadata == Self.entry.mapValues(\.description))
    }

    @Test func `off the journal a line says nothing twice`() {
        let lines = LogRecorder()
        logger(lines, showsFields: true).warning("exit status 1", metadata: Self.entry)
        #expect(lines.texts == ["orders/charge 117fedb2: exit status 1"])
        #expect(
            lines.entries[0].metadata
                == ["message_id": Self.id, "outcome": "retry", "exit_status": "1"])
    }

    @Test(arguments: [true, false])
    func `fields of the logger count as those of the line`(showsFields: Bool) {
        let lines = LogRecorder()
        var logger = logger(lines, showsFields: showsFields)
        logger[metadataKey: "queue"] = "orders"
        logger.info("draining")
        logger.info("sent", metadata: ["handler": "charge"])
        #expect(lines.texts == ["orders: draining", "orders/charge: sent"])
        #expect((lines.entries[0].metadata["queue"] == nil) == showsFields)
    }

    @Test func `a line about the whole service stays as it is`() {
        let lines = LogRecorder()
        logger(lines, showsFields: true).notice("Ready", metadata: ["event_id": "1"])
        #expect(lines.texts == ["Ready"])
        #expect(lines.entries[0].metadata == ["event_id": "1"])
    }
}
