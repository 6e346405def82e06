import HandlerLibrary
import Logging
import MessageHandling
import Testing

@Suite(.timeLimit(.minutes(1)))
struct ExecOutputTests {
    @Test func `each line is logged at info with its stream and the message's fields`()
        async throws
    {
        let log = LogRecorder()
        let script = "echo one; echo bad >&2; printf 'two\\n\\nlast without newline'"
        #expect(try await handle(message(), by: shell(script), log: log) == .done)
        #expect(log.lines(of: "stdout") == ["one", "two", "last without newline"])
        #expect(log.lines(of: "stderr") == ["bad"])
        #expect(log.entries.allSatisfy { $0.level == .info && $0.metadata["message"] == "m-1" })
    }

    @Test func `a line is logged when it is written, not when the program ends`() async throws {
        try await withTemporaryDirectory { directory in
            let pipe = try NamedPipe(in: directory)
            let log = LogRecorder()
            let settings = shell("echo ready; cat \"$PIPE\"", environment: ["PIPE": pipe.path])
            async let outcome = handle(message(), by: settings, log: log)
            await log.waitFor("ready")
            try pipe.release()
            #expect(try await outcome == .done)
        }
    }

    @Test func `what is not UTF-8 is repaired`() async throws {
        let log = LogRecorder()
        let script = #"printf 'a\377b\n\303\n'"#
        #expect(try await handle(message(), by: shell(script), log: log) == .done)
        #expect(log.lines(of: "stdout") == ["a\u{FFFD}b", "\u{FFFD}"])
    }

    @Test(arguments: ["yes", "tr '\\0' x < /dev/zero"])
    func `a program that writes 100 MB ends, and only max_output of it is logged`(source: String)
        async throws
    {
        let log = LogRecorder()
        let settings = shell("\(source) | head -c 100000000; echo end >&2", maxOutput: 10_000)
        #expect(try await handle(message(), by: settings, log: log) == .done)
        let logged = log.lines(of: "stdout").reduce(0) { $0 + $1.utf8.count }
        #expect(logged > 0 && logged <= 10_000)
        #expect(log.lines(of: "stderr").isEmpty)
        #expect(log.warnings.count == 1)
        #expect(log.warnings.first?.contains("10000 bytes (max_output)") == true)
    }

    @Test func `output of exactly max_output is whole, and nothing is said`() async throws {
        let log = LogRecorder()
        let settings = shell("printf 0123456789", maxOutput: 10)
        #expect(try await handle(message(), by: settings, log: log) == .done)
        #expect(log.lines(of: "stdout") == ["0123456789"])
        #expect(log.warnings.isEmpty)
    }
}

struct LineSplitterTests {
    private func lines(_ chunks: [[UInt8]]) -> [String] {
        var splitter = LineSplitter()
        var lines: [String] = []
        for chunk in chunks { splitter.append(chunk[...]) { lines.append($0) } }
        splitter.finish { lines.append($0) }
        return lines
    }

    @Test(
        arguments: [
            (["a\nb\n"], ["a", "b"]), (["a", "b", "\n", "c"], ["ab", "c"]), ([], []), ([""], []),
            (["\n\n\n"], []), (["\na\n\nb"], ["a", "b"]), (["a\r\nb"], ["a\r", "b"]),
            (["a\u{0}b\u{1B}[0m\n"], ["a\u{0}b\u{1B}[0m"]),
        ] as [([String], [String])])
    func `lines do not depend on how their bytes arrive`(chunks: [String], expected: [String]) {
        let bytes = chunks.map { Array($0.utf8) }
        #expect(lines(bytes) == expected)
        #expect(lines(bytes.flatMap { $0 }.map { [$0] }) == expected)
    }

    @Test(arguments: [0, 1, 2, 3])
    func `a long line is continued on the next, and no character is cut`(shift: Int) {
        let text = String(repeating: "x", count: shift) + String(repeating: "🦤", count: 40_000)
        let lines = lines([Array(text.utf8)])
        #expect(lines.joined() == text)
        #expect(lines.count == 4)
        #expect(lines.allSatisfy { $0.utf8.count <= LineSplitter.lineLimit })
    }

    @Test func `bytes that begin no character are cut at the limit`() {
        let bytes = [UInt8](repeating: 0b1000_0000, count: LineSplitter.lineLimit + 1)
        #expect(lines([bytes]).map(\.unicodeScalars.count) == [LineSplitter.lineLimit, 1])
    }
}
