import FoundationEssentials
import Glibc
import HandlerLibrary
import MessageHandling
import TestKit
import Testing

/// Programs that make it hard, beyond what `ExecEndingTests` has.
@Suite(.timeLimit(.minutes(3)))
struct ExecHardProgramTests {
    @Test func `a program that writes 1 GB ends, and costs no memory`() async throws {
        let log = LogRecorder()
        let before = residentPages()
        let settings = shell("head -c 1073741824 /dev/zero; echo end >&2", maxOutput: 10_000)
        #expect(try await handle(message(), by: settings, log: log) == .done)
        #expect(log.warnings.count == 1)
        // 256 MiB, a quarter of what was written, for what other tests do meanwhile.
        #expect(residentPages() - before < 256 << 20 / 4096)
    }

    @Test func `a program that is replaced on disk goes on, and the next message has the new one`()
        async throws
    {
        try await TemporaryFolder.with { directory in
            let path = directory + "/tool"
            let pipe = try NamedPipe(in: directory)
            try await install("echo old; read line < \"$PIPE\"; echo old still", at: path)
            let log = LogRecorder()
            let settings = program([path]) { $0.environment = ["PIPE": pipe.path] }
            async let first = handle(message(), by: settings, log: log)
            await log.waitFor("old")
            try await install("echo new", at: path)
            #expect(try await handle(message(), by: settings, log: log) == .done)
            try pipe.release()
            #expect(try await first == .done)
            #expect(log.lines(of: "stdout") == ["old", "new", "old still"])
        }
    }

    @Test func `a program that is open for writing is not to blame its message for`() async throws {
        try await TemporaryFolder.with { directory in
            let path = directory + "/tool"
            try await install("exit 0", at: path)
            let writer = open(path, O_WRONLY | O_CLOEXEC)
            let error = await #expect(throws: HandlerUnavailable.self) {
                try await handle(message(), by: program([path]))
            }
            #expect(error?.description.contains("open for writing") == true)
            close(writer)
        }
    }

    @Test func `a program that deletes itself and its directory has its outcome`() async throws {
        try await TemporaryFolder.with { directory in
            let path = directory + "/inner/tool"
            try FileManager.default.createDirectory(
                atPath: directory + "/inner", withIntermediateDirectories: false)
            try await install("rm -r \"\(directory)/inner\"; exit 65", at: path)
            let settings = program([path]) { $0.workingDirectory = directory + "/inner" }
            guard case .outcome(.reject) = try await handle(message(), by: settings) else {
                Issue.record("not rejected")
                return
            }
        }
    }

    /// As a package manager does: written beside it, then renamed over it, by another process.
    ///
    /// In this one, a program that another test starts meanwhile would have the file open for
    /// writing for a moment, and the kernel executes no such file.
    private func install(_ script: String, at path: String) async throws {
        let settings = shell(
            "printf '#!/bin/sh\\n%s\\n' \"$SCRIPT\" > \"$TOOL.new\" && chmod +x \"$TOOL.new\""
                + " && mv \"$TOOL.new\" \"$TOOL\"",
            environment: ["SCRIPT": script, "TOOL": path])
        #expect(try await handle(message(), by: settings) == .done)
    }

    private func residentPages() -> Int {
        let text = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8)) ?? ""
        return text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
    }
}
