import Glibc
import HandlerLibrary
import MessageHandling
import TestKit
import Testing

/// How programs are made to end, and what they leave.
@Suite(.timeLimit(.minutes(1)))
struct ExecEndingTests {
    @Test func `a program that runs past its timeout is ended, and its message comes back`()
        async throws
    {
        let log = LogRecorder()
        let settings = shell("sleep 1000", timeout: .milliseconds(100))
        #expect(try await handle(message(), by: settings, log: log) == .retry())
        #expect(log.endings.first?.contains("running after 100 ms (timeout)") == true)
    }

    @Test func `the whole group gets SIGTERM and has the grace to end`() async throws {
        let log = LogRecorder()
        let script = """
            (trap 'echo child; exit' TERM; echo ready; while :; do sleep 1; done) &
            trap 'wait; echo parent; exit 0' TERM
            echo ready
            while :; do wait; done
            """
        let task = Task { try await handle(message(), by: shell(script), log: log) }
        await log.waitFor("ready", count: 2)
        task.cancel()
        #expect(try await task.value == .retry())
        #expect(log.lines(of: "stdout") == ["ready", "ready", "child", "parent"])
    }

    @Test func `what ignores SIGTERM is killed after the grace`() async throws {
        let log = LogRecorder()
        let settings = shell(
            "trap '' TERM; echo ready; while :; do sleep 1; done", killGrace: .milliseconds(100))
        let task = Task { try await handle(message(), by: settings, log: log) }
        await log.waitFor("ready")
        task.cancel()
        #expect(try await task.value == .retry())
        #expect(log.endings.first?.contains("killed 100 ms later") == true)
    }

    /// The grace of 60 s is as long as the test may take. A stop comes first, the loss of the lease
    /// after it, or the loss alone.
    @Test(arguments: [true, false])
    func `what ignores SIGTERM is killed before another host can have its message`(
        isStopping: Bool
    ) async throws {
        let log = LogRecorder()
        let deadline = CancellationDeadline()
        let settings = shell("trap 'echo told' TERM; echo ready; while :; do sleep 0.1; done")
        let task = Task {
            try await handle(message(), by: settings, log: log, deadline: deadline)
        }
        await log.waitFor("ready")
        if isStopping {
            task.cancel()
            await log.waitFor("told")
        }
        deadline.set(.now + .seconds(4))
        task.cancel()
        #expect(try await task.value == .retry())
        #expect(log.lines(of: "stdout") == ["ready", "told"])
        #expect(log.endings.first?.contains("killed before another host") == true)
    }

    @Test func `a stopped program can be told to end`() async throws {
        let settings = shell("kill -STOP $$", timeout: .milliseconds(100))
        #expect(try await handle(message(), by: settings) == .retry())
    }

    @Test func `a program that writes without end is ended at its timeout`() async throws {
        let settings = shell("yes", timeout: .milliseconds(300))
        #expect(try await handle(message(), by: settings) == .retry())
    }

    @Test func `cancelling the task terminates the group and returns`() async throws {
        let log = LogRecorder()
        let script = "trap 'echo stopped; exit 0' TERM; echo ready; while :; do sleep 1; done"
        let task = Task { try await handle(message(), by: shell(script), log: log) }
        await log.waitFor("ready")
        task.cancel()
        #expect(try await task.value == .retry())
        #expect(log.lines(of: "stdout") == ["ready", "stopped"])
        #expect(log.endings.first?.contains("cancelled") == true)
    }

    @Test func `a cancelled task starts no program`() async throws {
        let log = LogRecorder()
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await handle(message(), by: shell("echo started"), log: log)
        }
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(log.entries.isEmpty)
    }

    @Test func `a process left behind with the output does not hold the message, and is killed`()
        async throws
    {
        try await TemporaryFolder.with { directory in
            let pipe = try NamedPipe(in: directory)
            let reader = try pipe.reader()
            defer { close(reader) }
            let log = LogRecorder()
            let settings = shell(
                "sleep 1000 9> \"$PIPE\" & echo done", environment: ["PIPE": pipe.path])
            #expect(try await handle(message(), by: settings, log: log) == .done)
            #expect(log.lines(of: "stdout") == ["done"])
            #expect(log.warnings.first?.contains("left processes behind") == true)
            #expect(log.warnings.first?.contains("had left the group") == false)
            #expect(NamedPipe.waitForHangUp(reader, seconds: 20))
        }
    }

    @Test func `a process that closed its output is let go on`() async throws {
        try await TemporaryFolder.with { directory in
            let pipe = try NamedPipe(in: directory)
            let reader = try pipe.reader()
            defer { close(reader) }
            let log = LogRecorder()
            let script = """
                mkfifo "$PIPE.up" "$PIPE.go"
                (echo > "$PIPE.up"; read line < "$PIPE.go"; echo still here >&9) \
                    9> "$PIPE" > /dev/null 2>&1 &
                read line < "$PIPE.up"
                """
            let settings = shell(script, environment: ["PIPE": pipe.path])
            #expect(try await handle(message(), by: settings, log: log) == .done)
            #expect(log.warnings.isEmpty)
            let go = open(pipe.path + ".go", O_WRONLY | O_CLOEXEC)
            close(go)
            #expect(NamedPipe.waitForHangUp(reader, seconds: 20))
            var bytes = [UInt8](repeating: 0, count: 64)
            let count = read(reader, &bytes, bytes.count)
            #expect(String(decoding: bytes.prefix(max(0, count)), as: UTF8.self) == "still here\n")
        }
    }

    @Test func `what left the group and holds the output does not hold the message`()
        async throws
    {
        try await TemporaryFolder.with { directory in
            let pipe = try NamedPipe(in: directory)
            let script = """
                mkfifo "$PIPE.up"
                setsid sh -c 'echo > "$PIPE.up"; read line < "$PIPE"' &
                read line < "$PIPE.up"
                exit 3
                """
            let log = LogRecorder()
            let settings = shell(script, environment: ["PIPE": pipe.path])
            #expect(try await handle(message(), by: settings, log: log) == .retry())
            // What was killed is said, and who was not.
            let warning = try #require(log.warnings.first)
            #expect(warning.contains("its process group was killed"))
            #expect(
                warning.contains(#/; sh \(\d+\) had left the group, and may go on/#), "\(warning)")
            #expect(log.warnings.count == 1)
            try pipe.release()
        }
    }
}
