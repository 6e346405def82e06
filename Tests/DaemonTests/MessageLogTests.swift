import Daemon
import Logging
import Testing

@Suite struct MessageLogTests {
    private func failure(_ number: Int) -> MessageLine {
        MessageLine(
            .warning, .failures, .messageReturned,
            of: LineSource(queue: "orders", handler: "charge"), messageID: "117fedb2-\(number)",
            text: "exit status 1: no \(number)\nTraceback", fields: ["outcome": "retry"])
    }

    /// As the engine hands them on: with the fields of the message.
    private func output(of handler: String) -> Logger.Metadata {
        ["queue": "orders", "handler": .string(handler), "stream": "stdout"]
    }

    @Test func `lines above the limit are left out and counted`() {
        let lines = LineRecorder()
        let log = MessageLog(logger: lines.logger, linesPerSecond: 10)
        for number in 1...1_000 { log.logger.info("\(number)", metadata: output(of: "charge")) }
        let shown = lines.all.count
        // A second may end in between, once.
        #expect((10...20).contains(shown))
        log.summarise()
        let summary = lines.all.last
        #expect(
            summary?.text == """
                \(1_000 - shown) of 1000 lines of output of the last 10 s were left out, for \
                log.messages_per_second is 10
                """)
        #expect(summary?.fields["queue"] == "orders")
        #expect(summary?.fields["handler"] == "charge")
        #expect(summary?.fields["kind"] == "output")
        #expect(summary?.fields["left_out"] == "\(1_000 - shown)")
    }

    @Test func `neither what a handler prints nor what it warns of hides a failure`() {
        let lines = LineRecorder()
        let log = MessageLog(logger: lines.logger, linesPerSecond: 5)
        for _ in 1...100 {
            log.logger.info("line", metadata: output(of: "charge"))
            log.logger.error("line", metadata: output(of: "charge"))
            log.logger.warning("remark", metadata: ["queue": "orders", "handler": "charge"])
        }
        log.log(failure(1))
        #expect(lines.texts.last == "exit status 1: no 1\nTraceback")
        #expect(lines.all.last?.fields["message_id"] == "117fedb2-1")
        #expect(lines.all.last?.fields["outcome"] == "retry")
    }

    @Test func `what a handler prints as an error leaves room for what is said of it`() {
        let lines = LineRecorder()
        let log = MessageLog(logger: lines.logger, linesPerSecond: 5)
        for _ in 1...100 { log.logger.error("line", metadata: output(of: "charge")) }
        log.logger.warning("remark", metadata: ["queue": "orders", "handler": "charge"])
        #expect(lines.texts.last == "remark")
    }

    @Test func `failures that are left out are counted, and the latest is told`() {
        let lines = LineRecorder()
        let log = MessageLog(logger: lines.logger, linesPerSecond: 5)
        for number in 1...100 { log.log(failure(number)) }
        log.summarise()
        let summary = lines.all.last
        #expect(summary?.level == .warning)
        #expect(summary?.text.hasSuffix("; the latest: 117fedb2: exit status 1: no 100") == true)
    }

    @Test func `output that was left out is not taken for shown`() {
        let lines = LineRecorder()
        let log = MessageLog(logger: lines.logger, linesPerSecond: 5)
        let source = LineSource(queue: "orders", handler: "charge")
        log.logger.info("line", metadata: output(of: "charge"))
        #expect(log.showsOutput(of: source, for: .seconds(60)))
        for _ in 1...100 { log.logger.info("line", metadata: output(of: "charge")) }
        #expect(!log.showsOutput(of: source, for: .seconds(60)))
    }

    @Test func `output is not shown where the level keeps it out`() {
        let lines = LineRecorder()
        var logger = lines.logger
        logger.logLevel = .warning
        let log = MessageLog(logger: logger, linesPerSecond: 0)
        log.logger.error("line", metadata: output(of: "charge"))
        let source = LineSource(queue: "orders", handler: "charge")
        #expect(!log.showsOutput(of: source, for: .seconds(60)))
        log.log(failure(1))
        #expect(lines.texts.last == "exit status 1: no 1\nTraceback")
    }

    @Test func `without a limit every line is logged and there is no summary`() {
        let lines = LineRecorder()
        let log = MessageLog(logger: lines.logger, linesPerSecond: 0)
        for _ in 1...500 { log.logger.info("line", metadata: output(of: "charge")) }
        log.summarise()
        #expect(lines.all.count == 500)
    }

    @Test func `metadata set on the limited logger reaches the log`() {
        let lines = LineRecorder()
        var logger = MessageLog(logger: lines.logger, linesPerSecond: 5).logger
        logger[metadataKey: "queue"] = "orders"
        #expect(logger[metadataKey: "queue"] == "orders")
        #expect(logger.handler.metadata["queue"] == "orders")
    }
}
