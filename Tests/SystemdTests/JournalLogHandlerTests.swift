import Glibc
import Logging
import Synchronization
import Systemd
import TestKit
import Testing

struct JournalLogHandlerTests {
    /// A journal that keeps what it is given, and refuses it when told to.
    private final class Journal: Sendable {
        private let entries = Mutex<[JournalEntry]>([])
        private let refusal: Int32
        let output: OutputFile

        init(refusal: Int32 = 0) throws {
            self.refusal = refusal
            output = try OutputFile()
        }

        func logger(
            provider: Logger.MetadataProvider? = nil, queue: LogQueue? = nil
        ) -> Logger {
            Logger(label: "engine") { label in
                JournalLogHandler(
                    label: label, level: .trace, identifier: "sqs-subscriber",
                    metadataProvider: provider, fallback: output.writer,
                    send: { [self] entry in
                        entries.withLock { $0.append(entry) }
                        return refusal
                    }, queue: queue)
            }
        }

        /// The entries, decoded. Fails when one does not decode.
        func decoded() throws -> [DecodedEntry] {
            try entries.withLock { $0 }.map { try #require(DecodedEntry($0)) }
        }

        func only() throws -> DecodedEntry {
            let all = try decoded()
            try #require(all.count == 1)
            return all[0]
        }
    }

    @Test func `a list of strings becomes a field for each, so that each finds the entry`() throws {
        let journal = try Journal()
        journal.logger().info("x", metadata: ["message_id": ["a", "b", "a=b"], "other": [["c"]]])
        let entry = try journal.only()
        #expect(entry["SQS_MESSAGE_ID"] == ["a", "b", "a=b"])
        #expect(entry["SQS_OTHER"] == ["[[c]]"])
    }

    @Test func `an event becomes one entry with journald's fields and ours`() throws {
        let journal = try Journal()
        let line = #line + 1
        journal.logger().info("Handled", metadata: ["queue": "orders", "duration_usec": "\(1234)"])
        let entry = try journal.only()
        #expect(
            Set(entry.fields.map(\.name)) == [
                "MESSAGE", "PRIORITY", "SYSLOG_IDENTIFIER", "CODE_FILE", "CODE_LINE", "CODE_FUNC",
                "SQS_LOGGER", "SQS_QUEUE", "SQS_DURATION_USEC",
            ])
        #expect(entry.fields.count == 9)
        #expect(entry["MESSAGE"] == ["Handled"])
        #expect(entry["PRIORITY"] == ["6"])
        #expect(entry["SYSLOG_IDENTIFIER"] == ["sqs-subscriber"])
        #expect(entry["CODE_FILE"] == ["SystemdTests/JournalLogHandlerTests.swift"])
        #expect(entry["CODE_LINE"] == ["\(line)"])
        #expect(entry["CODE_FUNC"] == [#function])
        #expect(entry["SQS_LOGGER"] == ["engine"])
        #expect(entry["SQS_QUEUE"] == ["orders"])
        #expect(entry["SQS_DURATION_USEC"] == ["1234"])
        #expect(journal.output.text == "")
    }

    @Test(arguments: [
        (Logger.Level.trace, "7"), (.debug, "7"), (.info, "6"), (.notice, "5"), (.warning, "4"),
        (.error, "3"), (.critical, "2"),
    ])
    func `a level is a syslog priority`(level: Logger.Level, priority: String) throws {
        let journal = try Journal()
        journal.logger().log(level: level, "x")
        #expect(try journal.only()["PRIORITY"] == [priority])
    }

    @Test(arguments: [
        ("message_id", "SQS_MESSAGE_ID"),
        ("MESSAGE", "SQS_MESSAGE"),
        ("_leading", "SQS__LEADING"),
        ("with-dash.and space=equals\nbreak", "SQS_WITH_DASH_AND_SPACE_EQUALS_BREAK"),
        ("größe", "SQS_GR__E"),
        ("🦊", "SQS__"),
        ("9", "SQS_9"),
        ("", "SQS_"),
        (String(repeating: "x", count: 60), "SQS_" + String(repeating: "X", count: 60)),
        (String(repeating: "x", count: 61), "SQS_" + String(repeating: "X", count: 60)),
        (String(repeating: "x", count: 5000), "SQS_" + String(repeating: "X", count: 60)),
    ])
    func `any key becomes a valid field name`(key: String, name: String) throws {
        let journal = try Journal()
        journal.logger().info("x", metadata: [key: "value"])
        #expect(try journal.only()[name] == ["value"])
    }

    @Test(arguments: [
        ("0d5ba9d9d2a14e9f8a6f0c1b2d3e4f50", "0d5ba9d9d2a14e9f8a6f0c1b2d3e4f50"),
        ("0D5BA9D9D2A14E9F8A6F0C1B2D3E4F50", "0d5ba9d9d2a14e9f8a6f0c1b2d3e4f50"),
        ("0d5ba9d9d2a14e9f8a6f0c1b2d3e4f5", nil),
        ("0d5ba9d9-d2a1-4e9f-8a6f-0c1b2d3e4f50", nil),
        ("0d5ba9d9d2a14e9f8a6f0c1b2d3e4f5\n", nil),
        ("", nil),
    ])
    func `an event id becomes the MESSAGE_ID, and a malformed one stays visible`(
        eventID: String, messageID: String?
    ) throws {
        let journal = try Journal()
        journal.logger().info("x", metadata: ["event_id": "\(eventID)"])
        let entry = try journal.only()
        #expect(entry["MESSAGE_ID"] == (messageID.map { [$0] } ?? []))
        #expect(entry["SQS_EVENT_ID"] == (messageID == nil ? [eventID] : []))
    }

    @Test func `the metadata nearest to the event wins`() throws {
        let journal = try Journal()
        var logger = journal.logger(
            provider: Logger.MetadataProvider { ["a": "provider", "b": "provider"] })
        logger[metadataKey: "a"] = "logger"
        logger[metadataKey: "b"] = "logger"
        logger[metadataKey: "c"] = "logger"
        logger.info("x", metadata: ["b": "event"])
        let entry = try journal.only()
        #expect(entry["SQS_A"] == ["provider"])
        #expect(entry["SQS_B"] == ["event"])
        #expect(entry["SQS_C"] == ["logger"])
    }

    @Test func `a copy of a logger keeps its metadata to itself`() throws {
        let journal = try Journal()
        let logger = journal.logger()
        var copy = logger
        copy[metadataKey: "queue"] = "orders"
        #expect(copy[metadataKey: "queue"] == "orders")
        copy.info("x")
        logger.info("x")
        #expect(try journal.decoded().map { $0["SQS_QUEUE"] } == [["orders"], []])
    }

    @Test func `nested metadata is flattened`() throws {
        let journal = try Journal()
        journal.logger().info(
            "x",
            metadata: [
                "attempt": ["number": "2", "of": ["total": "5"]],
                "urls": ["a", "b", ["c"], ["k": "v", "j": "w"]],
                "none": [:],
            ])
        let entry = try journal.only()
        #expect(entry["SQS_ATTEMPT_NUMBER"] == ["2"])
        #expect(entry["SQS_ATTEMPT_OF_TOTAL"] == ["5"])
        #expect(entry["SQS_URLS"] == ["[a, b, [c], {j=w, k=v}]"])
    }

    @Test func `metadata as deep as a body could make it does not exhaust the stack`() throws {
        var dictionary = Logger.Metadata.Value.string("deep")
        var array = dictionary
        for _ in 0..<1000 {
            dictionary = .dictionary(["k": dictionary])
            array = .array([array])
        }
        let journal = try Journal()
        journal.logger().info("x", metadata: ["d": dictionary, "a": array])
        let entry = try journal.only()
        #expect(entry["SQS_D_K_K_K_K_K_K_K_K"] == ["…"])
        #expect(entry["SQS_A"] == ["[[[[[[[[…]]]]]]]]"])
    }

    @Test func `the error of an event is a field`() throws {
        struct Broken: Error, CustomStringConvertible {
            let description = "the queue is gone"
        }
        let journal = try Journal()
        journal.logger().error("Failed", error: Broken())
        #expect(try journal.only()["SQS_ERROR"] == ["the queue is gone"])
    }

    @Test func `any byte passes in a message of one MiB and in a value`() throws {
        let body = String(repeating: "a\nb\u{0}c\u{1B}=\"🦊", count: 1_048_576 / 12)
        let value = "first\nMESSAGE=forged\n\u{0}\u{FFFF}"
        let journal = try Journal()
        journal.logger().info("\(body)", metadata: ["body": "\(value)"])
        let entry = try journal.only()
        #expect(entry["MESSAGE"] == [body])
        #expect(entry["SQS_BODY"] == [value])
    }

    @Test func `a field beyond its limit is cut and says so`() throws {
        let journal = try Journal()
        let text = String(repeating: "ö", count: 1_000_000)
        journal.logger().info("\(text)", metadata: ["value": "\(text)"])
        let entry = try journal.only()
        for (name, limit) in [("MESSAGE", 1_114_112), ("SQS_VALUE", 65_536)] {
            let value = try #require(entry[name].first)
            #expect((limit - 1...limit).contains(value.utf8.count))
            #expect(value.hasSuffix("öö… (cut, 2000000 bytes in all)"))
            #expect(!value.contains("\u{FFFD}"))
        }
    }

    @Test func `more fields than an entry holds are counted`() throws {
        let journal = try Journal()
        let metadata = Logger.Metadata(
            uniqueKeysWithValues: (0..<500).map { ("key_\($0)", .string("\($0)")) })
        journal.logger().info("x", metadata: metadata)
        let entry = try journal.only()
        #expect(entry.fields.count == JournalEntry.maximumFields + 1)
        let kept = entry.fields.count { $0.name.hasPrefix("SQS_KEY_") }
        #expect(entry["SQS_FIELDS_DROPPED"] == ["\(500 - kept)"])
    }

    @Test(arguments: 0..<50)
    func `whatever the metadata, the entry decodes to valid names and the same values`(
        seed: UInt64
    ) throws {
        var random = SeededGenerator(seed: seed)
        var metadata: Logger.Metadata = [:]
        for _ in 0..<Int.random(in: 0...20, using: &random) {
            metadata[random.text()] = .string(random.text())
        }
        let message = random.text()
        let journal = try Journal()
        journal.logger().info("\(message)", metadata: metadata)
        let entry = try journal.only()
        #expect(entry["MESSAGE"].map { Array($0.utf8) } == [Array(message.utf8)])
        for (name, _) in entry.fields {
            #expect(try /[A-Z][A-Z0-9_]{0,63}/.wholeMatch(in: name) != nil)
        }
        let values = entry.fields.filter { $0.name.hasPrefix("SQS_") && $0.name != "SQS_LOGGER" }
            .map { String(decoding: $0.value, as: UTF8.self) }
        let expected = metadata.values.map { "\($0)" }
        #expect(values.sorted() == expected.sorted())
    }

    @Test func `a refused entry goes to stderr as text, with the reason`() throws {
        let journal = try Journal(refusal: ENOBUFS)
        journal.logger().warning(
            "Two\nlines",
            metadata: ["queue": "orders", "event_id": "0d5ba9d9d2a14e9f8a6f0c1b2d3e4f50"])
        #expect(
            journal.output.text == """
                <4>Two\\nlines queue=orders journal_error="the journal refused this entry: \
                No buffer space available"\n
                """)
    }

    @Test func `through a queue come the same entries, in order, and the refused ones as text`()
        throws
    {
        let journal = try Journal(refusal: ENOBUFS)
        let queue = LogQueue {
            Issue.record("\($0.count) were lost")
            return true
        }
        let logger = journal.logger(queue: queue)
        for number in 0..<3 { logger.info("\(number)", metadata: ["queue": "orders"]) }
        #expect(queue.flush(within: .seconds(30)))
        #expect(try journal.decoded().map { $0["MESSAGE"] } == [["0"], ["1"], ["2"]])
        let lines = journal.output.text.split(separator: "\n")
        #expect(lines.map { $0.prefix(17) } == (0..<3).map { "<6>\($0) queue=orders" })
        #expect(lines.allSatisfy { $0.hasSuffix("No buffer space available\"") })
    }

    @Test func `an event below the level is not even described`() throws {
        let journal = try Journal()
        var logger = journal.logger(
            provider: Logger.MetadataProvider {
                Issue.record("the provider was asked")
                return [:]
            })
        logger.logLevel = .warning
        func text() -> Logger.Message {
            Issue.record("the message was made")
            return ""
        }
        logger.info(text())
        #expect(try journal.decoded().isEmpty)
    }

    @Test func `libsystemd itself refuses what is no entry`() throws {
        let journal = try Journal(refusal: 1)
        journal.logger().info("x")
        // Links and calls the real function, with an entry that it turns down before it sends.
        #expect(JournalEntry().send() == EINVAL)
    }
}
