import FoundationEssentials
import Glibc
import HandlerLibrary
import MessageHandling
import TestKit
import Testing

/// What a program gets of the daemon's process: nothing it was not given.
@Suite(.timeLimit(.minutes(1)))
struct ExecIsolationTests {
    private func output(of command: [String]) async throws -> [String] {
        let log = LogRecorder()
        let settings = ExecSettings(
            command: command, daemonEnvironment: ["PATH": "/usr/bin:/bin"])
        #expect(try await handle(message(), by: settings, log: log) == .done)
        return log.lines(of: "stdout")
    }

    @Test func `a program has stdin, stdout and stderr, and no other descriptor`() async throws {
        // Without close-on-exec, as a library might open it.
        let leaky = open("/dev/null", O_RDONLY)
        defer { close(leaky) }
        // ls holds the directory it lists as the fourth.
        #expect(try await output(of: ["ls", "/proc/self/fd"]) == ["0", "1", "2", "3"])
    }

    @Test func `a program leads its own process group`() async throws {
        let line = try #require(try await output(of: ["cat", "/proc/self/stat"]).first)
        let fields = line.split(separator: " ")
        #expect(fields[4] == fields[0])
        #expect(fields[4] != "\(getpgrp())")
    }

    @Test func `no signal is blocked or ignored in a program, whatever the daemon does`() async {
        await #expect(processExitsWith: .success) {
            signal(SIGPIPE, SIG_IGN)
            signal(SIGHUP, SIG_IGN)
            let log = LogRecorder()
            let settings = ExecSettings(
                command: ["cat", "/proc/self/status"], daemonEnvironment: ["PATH": "/usr/bin"])
            let outcome = try await handle(message(), by: settings, log: log)
            #expect(outcome == .done)
            let masks = signalMasks(in: log.lines(of: "stdout"))
            #expect(masks == ["SigBlk": 0, "SigIgn": 0, "SigCgt": 0])
        }
    }

    @Test func `hundreds of programs of all kinds leave no descriptor and no zombie`() async {
        await #expect(processExitsWith: .success) {
            let descriptors = {
                try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count
            }
            // Makes what is made once: the reactor, which waits for what does not end at once,
            // and Dispatch's own.
            _ = try await handle(message(), by: shell("sleep 0.1"))
            let before = try descriptors()
            await runHundreds()
            let after = try descriptors()
            #expect(after == before)
            #expect(waitpid(-1, nil, WNOHANG) == -1 && errno == ECHILD)
        }
    }

    @Test func `many programs run at the same time on few threads`() async throws {
        try await TemporaryFolder.with { directory in
            let pipe = try NamedPipe(in: directory)
            let log = LogRecorder()
            let settings = shell(
                "echo ready; read line < \"$PIPE\"; exit 75", environment: ["PIPE": pipe.path])
            let count = 64
            try await withThrowingTaskGroup(of: HandlerResult.self) { group in
                for _ in 0..<count {
                    group.addTask { try await handle(message(), by: settings, log: log) }
                }
                // All of them have started before the first may end.
                await log.waitFor("ready", count: count)
                let writer = open(pipe.path, O_RDWR | O_CLOEXEC)
                defer { close(writer) }
                let lineForEach = [UInt8](repeating: UInt8(ascii: "\n"), count: count)
                #expect(write(writer, lineForEach, count) == count)
                for try await outcome in group { #expect(outcome == .retry()) }
            }
        }
    }
}

/// The signal sets of a `/proc/PID/status`, without the two that glibc keeps for itself: it ignores
/// those in every child of `posix_spawn(3)`, and no program can use them, signal(7).
private func signalMasks(in status: [String]) -> [String: UInt64] {
    let internalSignals: UInt64 = 1 << 31 | 1 << 32
    let fields = status.map { $0.split(separator: ":\t") }
    let masks = fields.filter { ["SigBlk", "SigIgn", "SigCgt"].contains($0.first) }
    return Dictionary(
        masks.map { (String($0[0]), (UInt64($0[1], radix: 16) ?? .max) & ~internalSignals) }
    ) { $1 }
}

/// 300 messages, 20 at a time: done, failed, killed, timed out, not startable, with and without
/// output, with processes left behind.
private func runHundreds() async {
    let kinds = [
        shell("exit 0"), shell("exit 1"), shell("kill -9 $$"), shell("cat; echo x >&2"),
        shell("exec 0<&- 1<&- 2<&-"), shell("sleep 100", timeout: .milliseconds(20)),
        shell("sleep 1 > /dev/null 2>&1 & head -c 200000 /dev/zero"),
        shell("trap '' TERM; sleep 100", timeout: .milliseconds(20), killGrace: .milliseconds(20)),
        ExecSettings(command: ["/nonexistent"], daemonEnvironment: [:]),
        ExecSettings(
            command: ["/bin/true"], workingDirectory: "/nonexistent", daemonEnvironment: [:]),
    ]
    await withTaskGroup(of: Void.self) { group in
        for lane in 0..<20 {
            group.addTask {
                for turn in 0..<15 {
                    _ = try? await handle(message(), by: kinds[(lane + turn) % kinds.count])
                }
            }
        }
    }
}
