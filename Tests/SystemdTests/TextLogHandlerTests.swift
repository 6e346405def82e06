import Dispatch
import Glibc
import Logging
import Systemd
import Testing

@Suite(.timeLimit(.minutes(1)))
struct TextLogHandlerTests {
    private static func logger(
        _ writer: LineWriter, _ style: TextLogHandler.Style = .journalStream,
        queue: LogQueue? = nil
    ) -> Logger {
        Logger(label: "test") { _ in
            TextLogHandler(level: .trace, style: style, writer: writer, queue: queue)
        }
    }

    @Test func `a line has local time, level, message and fields`() throws {
        let output = try OutputFile()
        let before = Self.localTime()
        Self.logger(output.writer, .plain).info(
            "Handled",
            metadata: [
                "zeta": "1", "alpha": "2", "outcome": "done", "message_id": "m-1",
                "queue": "orders", "event_id": "0d5ba9d9d2a14e9f8a6f0c1b2d3e4f50",
            ])
        let after = Self.localTime()
        let line = try #require(
            try /([0-9: -]{19})\.[0-9]{3} (.*)\n/.wholeMatch(in: output.text))
        #expect((before...after).contains(String(line.1)))
        #expect(
            line.2 == "info     Handled queue=orders message_id=m-1 outcome=done alpha=2 zeta=1")
    }

    @Test(arguments: [
        (Logger.Level.trace, "\u{1B}[2mtrace   \u{1B}[0m x\n"),
        (.info, "info     x\n"),
        (.notice, "\u{1B}[1mnotice  \u{1B}[0m x\n"),
        (.warning, "\u{1B}[33mwarning \u{1B}[0m x\n"),
        (.critical, "\u{1B}[31mcritical\u{1B}[0m x\n"),
    ])
    func `a terminal gets the level in colour`(level: Logger.Level, line: String) throws {
        let output = try OutputFile()
        Self.logger(output.writer, .coloured).log(level: level, "x")
        #expect(output.text.dropFirst(24) == line)
    }

    @Test(arguments: [
        (Logger.Level.debug, "<7>x\n"), (.info, "<6>x\n"), (.notice, "<5>x\n"),
        (.warning, "<4>x\n"), (.error, "<3>x\n"), (.critical, "<2>x\n"),
    ])
    func `the journal's stream gets the priority as a prefix`(
        level: Logger.Level, line: String
    ) throws {
        let output = try OutputFile()
        Self.logger(output.writer).log(level: level, "x")
        #expect(output.text == line)
    }

    @Test(arguments: [
        ("plain", "plain"),
        ("http://127.0.0.1:9324/1/orders", "http://127.0.0.1:9324/1/orders"),
        ("größe🦊", "größe🦊"),
        ("", #""""#),
        ("two words", #""two words""#),
        ("a=b", #""a=b""#),
        (#"say "hi""#, #""say \"hi\"""#),
        (#"back\slash"#, #""back\\slash""#),
        ("line\nbreak\r\ttab", #""line\nbreak\r\ttab""#),
        ("nul\u{0}", #""nul\u{0}""#),
        ("\u{1B}[2Jgone", #""\u{1b}[2Jgone""#),
        ("c1\u{9B}31m", #"c1\u{9b}31m"#),
        ("separator\u{2028}", #"separator\u{2028}"#),
        ("paragraph\u{2029}", #"paragraph\u{2029}"#),
        ("\u{202E}gnp.exe", #"\u{202e}gnp.exe"#),
        ("\u{202A}\u{202B}\u{202C}\u{202D}", #"\u{202a}\u{202b}\u{202c}\u{202d}"#),
        ("\u{2066}\u{2067}\u{2068}\u{2069}", #"\u{2066}\u{2067}\u{2068}\u{2069}"#),
        ("\u{200E}\u{200F}\u{61C}", #"\u{200e}\u{200f}\u{61c}"#),
        ("hid\u{AD}den\u{200B}\u{2060}\u{FEFF}", #"hid\u{ad}den\u{200b}\u{2060}\u{feff}"#),
        ("tag\u{E0041}", #"tag\u{e0041}"#),
        ("می\u{200C}خواهم", "می\u{200C}خواهم"),
        ("👩\u{200D}🚀", "👩\u{200D}🚀"),
    ])
    func `a value is quoted when it must be and never breaks the line`(
        value: String, shown: String
    ) throws {
        let output = try OutputFile()
        Self.logger(output.writer).info("x", metadata: ["key": "\(value)"])
        #expect(output.text == "<6>x key=\(shown)\n")
    }

    @Test func `a message and a key cannot break the line either`() throws {
        let output = try OutputFile()
        Self.logger(output.writer).info(
            "{\"a\":\n\"\u{1B}]0;title\u{7}\u{202E}\"}", metadata: ["k\ney\u{2067}": "v"])
        #expect(
            output.text
                == #"<6>{"a":\n"\u{1b}]0;title\u{7}\u{202e}"} k\ney\u{2067}=v"# + "\n")
    }

    @Test func `a body of one MiB is one line`() throws {
        let output = try OutputFile()
        let body = String(repeating: "0123456789abcde\n", count: 65_536)
        Self.logger(output.writer).info("\(body)")
        let text = output.text
        #expect(text.utf8.count(where: { $0 == UInt8(ascii: "\n") }) == 1)
        #expect(text == "<6>" + String(repeating: #"0123456789abcde\n"#, count: 65_536) + "\n")
    }

    @Test func `each line is one write`() throws {
        // A SEQPACKET socket keeps the bounds of each write(2).
        var pair: [Int32] = [-1, -1]
        try #require(socketpair(AF_UNIX, Int32(SOCK_SEQPACKET.rawValue), 0, &pair) == 0)
        defer { pair.forEach { close($0) } }
        let logger = Self.logger(LineWriter(descriptor: pair[1]))
        logger.info("first", metadata: ["queue": "orders"])
        logger.info("\(String(repeating: "x", count: 100_000))")
        logger.info("third")
        var buffer = [UInt8](repeating: 0, count: 200_000)
        let sizes = (0..<3).map { _ in
            recv(pair[0], &buffer, buffer.count, Int32(MSG_DONTWAIT))
        }
        #expect(sizes == [22, 100_004, 9])
    }

    @Test func `lines of many tasks do not mix`() async throws {
        var pair: [Int32] = [-1, -1]
        try #require(pipe(&pair) == 0)
        let (input, output) = (pair[0], pair[1])
        async let received = Self.readToEnd(input)
        // Longer than a pipe holds, so that each write waits for the reader several times.
        let filler = String(repeating: "x", count: 150_000)
        let logger = Self.logger(LineWriter(descriptor: output))
        await withTaskGroup(of: Void.self) { group in
            for task in 0..<4 {
                group.addTask {
                    var mine = logger
                    mine[metadataKey: "task"] = "\(task)"
                    for number in 0..<6 {
                        mine.info("\(filler)", metadata: ["number": "\(number)"])
                    }
                }
            }
        }
        close(output)
        let lines = await received.split(separator: "\n").map(String.init)
        close(input)
        let expected = (0..<4).flatMap { task in
            (0..<6).map { "<6>\(filler) number=\($0) task=\(task)" }
        }
        let isIntact = lines.sorted() == expected.sorted()
        #expect(isIntact, "\(lines.count) lines; not shown, they are long")
    }

    @Test(arguments: [0, O_NONBLOCK])
    func `a full pipe blocks the queue's thread alone, and the lines come whole when it is read`(
        flags: Int32
    ) async throws {
        var pair: [Int32] = [-1, -1]
        try #require(pipe(&pair) == 0)
        let (input, output) = (pair[0], pair[1])
        try #require(fcntl(output, F_SETFL, flags) == 0)
        let queue = LogQueue {
            Issue.record("\($0.count) were lost")
            return true
        }
        let logger = Self.logger(LineWriter(descriptor: output), queue: queue)
        let filler = String(repeating: "x", count: 300_000)
        for number in 0..<3 {
            logger.info("\(filler)", metadata: ["number": "\(number)"])
        }
        #expect(!queue.flush(within: .milliseconds(50)))
        queue.append(bytes: 1) { close(output) == 0 }
        let received = await Self.readToEnd(input, step: 65_536)
        let isIntact = received == (0..<3).map { "<6>\(filler) number=\($0)\n" }.joined()
        close(input)
        #expect(isIntact, "not shown, it is long")
    }

    @Test func `a closed descriptor loses the line and nothing else`() {
        Self.logger(LineWriter(descriptor: -1)).info("nobody reads this")
    }

    private static func localTime() -> String {
        var now = time(nil)
        var parts = tm()
        localtime_r(&now, &parts)
        var buffer = [CChar](repeating: 0, count: 64)
        let count = strftime(&buffer, buffer.count, "%Y-%m-%d %H:%M:%S", &parts)
        return String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// - Parameter step: small by default, for a slow reader is what makes writers meet.
    private static func readToEnd(_ descriptor: Int32, step: Int = 16) async -> String {
        await withCheckedContinuation { continuation in
            DispatchQueue(label: "pipe reader").async {
                var bytes: [UInt8] = []
                var buffer = [UInt8](repeating: 0, count: step)
                while true {
                    let count = read(descriptor, &buffer, buffer.count)
                    guard count > 0 else { break }
                    bytes.append(contentsOf: buffer[..<count])
                }
                continuation.resume(returning: String(decoding: bytes, as: UTF8.self))
            }
        }
    }
}
