import HandlerLibrary
import Logging
import MessageHandling
import TestKit
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
        try await TemporaryFolder.with { directory in
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

    @Test func `a prefix is the level of its line, and is not part of it`() async throws {
        let log = LogRecorder()
        let script = """
            printf '<3>declined\\n<7>detail\\n<0>fire\\n<8>no level\\n<3 >neither\\nplain\\n<4>\\n'
            echo '<5>aside' >&2
            """
        #expect(try await handle(message(), by: shell(script), log: log) == .done)
        let lines = log.entries.filter { $0.metadata["stream"] == "stdout" }
        #expect(
            lines.map(\.text) == [
                "declined", "detail", "fire", "<8>no level", "<3 >neither", "plain",
            ])
        #expect(lines.map(\.level) == [.error, .debug, .critical, .info, .info, .info])
        let aside = log.entries.filter { $0.metadata["stream"] == "stderr" }
        #expect(aside.map(\.text) == ["aside"] && aside.map(\.level) == [.notice])
    }

    @Test func `a line that is cut keeps its level, the next has its own`() async throws {
        let log = LogRecorder()
        let script = "printf '<4>'; head -c 100000 /dev/zero | tr '\\0' x; printf '\\n<x>\\n'"
        #expect(try await handle(message(), by: shell(script), log: log) == .done)
        #expect(log.entries.map(\.level) == [.warning, .warning, .warning, .info])
        #expect(log.entries.map(\.text).joined() == String(repeating: "x", count: 100_000) + "<x>")
    }

    @Test func `the last of a failed run's output is noted, both streams, past max_output`()
        async throws
    {
        let log = LogRecorder()
        let script = "seq 100000; printf 'half' ; echo '<3>card declined' >&2; exit 3"
        let settings = shell(script, maxOutput: 100)
        #expect(try await handle(message(), by: settings, log: log) == .retry())
        let detail = try #require(log.details.first)
        #expect(detail.ending == "exit status 3")
        #expect(detail.fields["exit_status"] == "3")
        let output = try #require(detail.output)
        #expect(output.utf8.count <= RunDetail.outputMaximum && output.utf8.count > 4_000)
        #expect(output.contains("\n99999\n100000") && output.contains("card declined"))
        #expect(!output.contains("<3>") && !output.hasSuffix("\n"))
    }

    @Test(arguments: [
        ("printf 'a\\nb\\n\\n'; exit 1", "a\nb"), ("exit 1", nil), ("echo; exit 1", nil),
        ("printf '\\377\\n'; exit 1", "\u{FFFD}"),
    ])
    func `what is noted is text, without line ends around it`(
        script: String, output: String?
    ) async throws {
        let log = LogRecorder()
        #expect(try await handle(message(), by: shell(script), log: log) == .retry())
        #expect(log.details.first?.output == output)
    }

    @Test(arguments: ["🦤", "\u{377}", "e\u{301}"])
    func `what is noted of much output is cut between characters, also where it is binary`(
        character: String
    ) async throws {
        let log = LogRecorder()
        let script = "for i in $(seq 3000); do printf '%s' \"$C\"; done; exit 1"
        let settings = shell(script, environment: ["C": character])
        #expect(try await handle(message(), by: settings, log: log) == .retry())
        let output = try #require(log.details.first?.output)
        #expect(output.utf8.count > 4_000 && output.utf8.count <= RunDetail.outputMaximum)
        #expect(output.unicodeScalars.allSatisfy { character.unicodeScalars.contains($0) })
        let bytes = LogRecorder()
        let binary = shell("head -c 100000 /dev/zero | tr '\\0' '\\377'; exit 1")
        #expect(try await handle(message(), by: binary, log: bytes) == .retry())
        #expect((bytes.details.first?.output?.utf8.count ?? 0) > 4_000)
        #expect((bytes.details.first?.output?.utf8.count ?? 0) <= RunDetail.outputMaximum)
    }

    @Test func `of a run that succeeds nothing but its fields is noted`() async throws {
        let log = LogRecorder()
        #expect(try await handle(message(), by: shell("echo hello"), log: log) == .done)
        let detail = try #require(log.details.first)
        #expect(detail.ending == nil && detail.output == nil)
        #expect(detail.fields["exit_status"] == "0")
        #expect(log.entries.map(\.text) == ["hello"])
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
        for chunk in chunks { splitter.append(chunk[...]) { line, _ in lines.append(line) } }
        splitter.finish { line, _ in lines.append(line) }
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
