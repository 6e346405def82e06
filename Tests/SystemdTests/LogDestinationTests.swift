import Glibc
import Logging
import Systemd
import Testing

struct LogDestinationTests {
    /// What stderr is, in terms of the JOURNAL_STREAM that systemd would set for it.
    private static func journalStream(of descriptor: Int32) -> String {
        var status = stat()
        fstat(descriptor, &status)
        return "\(status.st_dev):\(status.st_ino)"
    }

    @Test func `the journal is used when stderr is its stream`() throws {
        let output = try OutputFile()
        let stream = Self.journalStream(of: output.descriptor)
        let found = LogDestination.detect(
            environment: ["JOURNAL_STREAM": stream], standardError: output.descriptor,
            journalSocket: "/dev/null")
        #expect(found == .journal)
    }

    @Test func `without journald's socket its stream gets prefixed text`() throws {
        let output = try OutputFile()
        let stream = Self.journalStream(of: output.descriptor)
        let found = LogDestination.detect(
            environment: ["JOURNAL_STREAM": stream], standardError: output.descriptor,
            journalSocket: "/nonexistent/socket")
        #expect(found == .text(.journalStream))
    }

    @Test(arguments: ["", "1", "1:", ":1", "1:2:3", "a:b", "-1:-2", "99999999999999999999:1"])
    func `a JOURNAL_STREAM that is not stderr is not the journal`(variable: String) throws {
        let output = try OutputFile()
        let found = LogDestination.detect(
            environment: ["JOURNAL_STREAM": variable], standardError: output.descriptor,
            journalSocket: "/dev/null")
        #expect(found == .text(.plain))
    }

    @Test func `a JOURNAL_STREAM inherited by a process with another stderr is ignored`() throws {
        let (output, other) = (try OutputFile(), try OutputFile())
        let found = LogDestination.detect(
            environment: ["JOURNAL_STREAM": Self.journalStream(of: other.descriptor)],
            standardError: output.descriptor, journalSocket: "/dev/null")
        #expect(found == .text(.plain))
    }

    @Test func `a closed stderr is plain text to nowhere`() {
        let found = LogDestination.detect(
            environment: ["JOURNAL_STREAM": "1:2"], standardError: -1, journalSocket: "/dev/null")
        #expect(found == .text(.plain))
    }

    @Test(arguments: [
        ([:], TextLogHandler.Style.coloured),
        (["NO_COLOR": ""], .coloured),
        (["NO_COLOR": "1"], .plain),
        (["TERM": "dumb"], .plain),
        (["TERM": "xterm-256color", "NO_COLOR": "0"], .plain),
    ])
    func `a terminal gets colour unless it is told not to`(
        environment: [String: String], style: TextLogHandler.Style
    ) throws {
        var (primary, terminal): (Int32, Int32) = (-1, -1)
        try #require(openpty(&primary, &terminal, nil, nil, nil) == 0)
        defer {
            close(terminal)
            close(primary)
        }
        let found = LogDestination.detect(environment: environment, standardError: terminal)
        #expect(found == .text(style))
    }

    @Test func `each destination makes its own handler, at the level asked for`() {
        let journal = LogDestination.journal.makeHandler(label: "x", level: .notice)
        #expect(journal is JournalLogHandler)
        #expect(journal.logLevel == .notice)
        let provider = Logger.MetadataProvider { ["queue": "orders"] }
        let text = LogDestination.text(.plain)
            .makeHandler(label: "x", level: .trace, metadataProvider: provider)
        #expect(text is TextLogHandler)
        #expect(text.logLevel == .trace)
        #expect(text.metadataProvider?.get() == ["queue": "orders"])
    }
}
