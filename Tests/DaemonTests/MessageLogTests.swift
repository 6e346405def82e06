import Daemon
import Logging
import Synchronization
import Testing

@Suite struct MessageLogTests {
    @Test func `lines above the limit are left out and counted`() {
        let lines = Lines()
        let log = MessageLog(logger: lines.logger, linesPerSecond: 10)
        for number in 1...1_000 { log.logger.info("message \(number)") }
        let shown = lines.all.count
        // A second may end in between, once.
        #expect((10...20).contains(shown))
        log.summarise()
        let summary = lines.all.last ?? ""
        #expect(summary.contains("\(1_000 - shown) of 1000 lines"))
        #expect(summary.contains("log.messages_per_second is 10"))
    }

    @Test func `successes never use up the room of failures`() {
        let lines = Lines()
        let log = MessageLog(logger: lines.logger, linesPerSecond: 5)
        for _ in 1...100 { log.logger.info("handled") }
        log.logger.warning("failed")
        #expect(lines.all.last == "failed")
    }

    @Test func `without a limit every line is logged and there is no summary`() {
        let lines = Lines()
        let log = MessageLog(logger: lines.logger, linesPerSecond: 0)
        for _ in 1...500 { log.logger.info("handled") }
        log.summarise()
        #expect(lines.all.count == 500)
    }

    @Test func `metadata set on the limited logger reaches the log`() {
        let lines = Lines()
        var logger = MessageLog(logger: lines.logger, linesPerSecond: 5).logger
        logger[metadataKey: "queue"] = "orders"
        #expect(logger[metadataKey: "queue"] == "orders")
        #expect(logger.handler.metadata["queue"] == "orders")
    }
}

/// Keeps what is logged.
private final class Lines: Sendable {
    private let lines = Mutex<[String]>([])

    var all: [String] { lines.withLock { $0 } }

    var logger: Logger {
        Logger(label: "test") { _ in Handler(lines: self) }
    }

    private struct Handler: LogHandler {
        let lines: Lines
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.trace

        init(lines: Lines) { self.lines = lines }

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            lines.lines.withLock { $0.append("\(event.message)") }
        }
    }
}
