import Daemon
import Logging
import TestKit
import Testing

@Suite struct MessageLogTests {
    private func fail(_ number: Int, in log: MessageLog) {
        log.log(
            .warning, .failures, .messageReturned,
            of: LineSource(queue: "orders", handler: "charge"), messageID: "117fedb2-\(number)",
            text: "exit status 1: no \(number)\nTraceback", fields: ["outcome": "retry"])
    }

    /// As the engine hands them on: with the fields of the message.
    private func output(of handler: String) -> Logger.Metadata {
        ["queue": "orders", "handler": .string(handler), "stream": "stdout"]
    }

    @Test func `lines above the limit are left out and counted`() {
        let lines = LogRecorder()
        let log = MessageLog(logger: lines.logger, linesPerSecond: 10)
        for number in 1...1_000 { log.logger.info("\(number)", metadata: output(of: "charge")) }
        let shown = lines.entries.count
        // A second may end in between, once.
        #expect((10...20).contains(shown))
        log.summarise()
        let summary = lines.entries.last
        #expect(
            summary?.text == """
                \(1_000 - shown) of 1000 lines of output of the last 10 s were left out, for \
                log.messages_per_second is 10
                """)
        #expect(summary?.metadata["queue"] == "orders")
        #expect(summary?.metadata["handler"] == "charge")
        #expect(summary?.metadata["kind"] == "output")
        #expect(summary?.metadata["left_out"] == "\(1_000 - shown)")
    }

    @Test func `neither what a handler prints nor what it warns of hides a failure`() {
        let lines = LogRecorder()
        let log = MessageLog(logger: lines.logger, linesPerSecond: 5)
        for _ in 1...100 {
            log.logger.info("line", metadata: output(of: "charge"))
            log.logger.error("line", metadata: output(of: "charge"))
            log.logger.warning("remark", metadata: ["queue": "orders", "handler": "charge"])
        }
        fail(1, in: log)
        #expect(lines.texts.last == "exit status 1: no 1\nTraceback")
        #expect(lines.entries.last?.metadata["message_id"] == "117fedb2-1")
        #expect(lines.entries.last?.metadata["outcome"] == "retry")
    }

    @Test func `what a handler prints as an error leaves room for what is said of it`() {
        let lines = LogRecorder()
        let log = MessageLog(logger: lines.logger, linesPerSecond: 5)
        for _ in 1...100 { log.logger.error("line", metadata: output(of: "charge")) }
        log.logger.warning("remark", metadata: ["queue": "orders", "handler": "charge"])
        #expect(lines.texts.last == "remark")
    }

    @Test func `failures that are left out are counted, and the latest is told`() {
        let lines = LogRecorder()
        let log = MessageLog(logger: lines.logger, linesPerSecond: 5)
        for number in 1...100 { fail(number, in: log) }
        log.summarise()
        let summary = lines.entries.last
        #expect(summary?.level == .warning)
        #expect(summary?.text.hasSuffix("; the latest: 117fedb2: exit status 1: no 100") == true)
    }

    @Test func `output that was left out is not taken for shown`() {
        let lines = LogRecorder()
        let log = MessageLog(logger: lines.logger, linesPerSecond: 5)
        let source = LineSource(queue: "orders", handler: "charge")
        log.logger.info("line", metadata: output(of: "charge"))
        #expect(log.showsOutput(of: source, for: .seconds(60)))
        for _ in 1...100 { log.logger.info("line", metadata: output(of: "charge")) }
        #expect(!log.showsOutput(of: source, for: .seconds(60)))
    }

    @Test func `output is not shown where the level keeps it out`() {
        let lines = LogRecorder()
        var logger = lines.logger
        logger.logLevel = .warning
        let log = MessageLog(logger: logger, linesPerSecond: 0)
        log.logger.error("line", metadata: output(of: "charge"))
        let source = LineSource(queue: "orders", handler: "charge")
        #expect(!log.showsOutput(of: source, for: .seconds(60)))
        fail(1, in: log)
        #expect(lines.texts.last == "exit status 1: no 1\nTraceback")
    }

    @Test func `without a limit every line is logged and there is no summary`() {
        let lines = LogRecorder()
        let log = MessageLog(logger: lines.logger, linesPerSecond: 0)
        for _ in 1...500 { log.logger.info("line", metadata: output(of: "charge")) }
        log.summarise()
        #expect(lines.entries.count == 500)
    }

    @Test func `metadata set on the limited logger reaches the log`() {
        let lines = LogRecorder()
        var logger = MessageLog(logger: lines.logger, linesPerSecond: 5).logger
        logger[metadataKey: "queue"] = "orders"
        #expect(logger[metadataKey: "queue"] == "orders")
        #expect(logger.handler.metadata["queue"] == "orders")
    }
}
