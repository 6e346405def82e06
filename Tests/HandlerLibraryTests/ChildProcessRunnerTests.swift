import HandlerLibrary
import Testing

@Suite(.timeLimit(.minutes(1)))
struct ChildProcessRunnerTests {
    private let environment = ["PATH": "/usr/bin:/bin"]

    private func run(
        _ script: String, limit: Int = 1_000, timeout: Duration = .seconds(60)
    ) async throws -> ChildProcessRunner.Completed {
        try await ChildProcessRunner(outputLimit: limit).run(
            ["sh", "-c", script], environment: environment, timeout: timeout)
    }

    @Test func `stdout, the end of stderr and the status come back`() async throws {
        let result = try await run("printf 'a\\nb'; echo oops >&2; exit 3")
        #expect(result.status == .exited(3))
        #expect(result.standardOutput == Array("a\nb".utf8))
        #expect(result.standardErrorTail == "oops\n")
    }

    @Test func `a program has nothing to read`() async throws {
        #expect(try await run("cat").standardOutput == [])
    }

    @Test func `of stderr the end is kept`() async throws {
        let result = try await run("yes | head -c 1000000 >&2; echo last >&2")
        #expect(result.standardErrorTail.hasSuffix("y\nlast\n"))
        #expect(result.standardErrorTail.utf8.count == ChildProcessRunner.errorTailLimit)
    }

    @Test func `the environment is what was given`() async throws {
        let given = try await ChildProcessRunner().run(
            ["env"], environment: ["A": "b", "PATH": "/usr/bin"], timeout: .seconds(60))
        let lines = String(decoding: given.standardOutput, as: UTF8.self).split(separator: "\n")
        #expect(lines.sorted() == ["A=b", "PATH=/usr/bin"])
    }

    @Test(arguments: [
        ("NOTIFY_SOCKET", true), ("WATCHDOG_PID", true), ("LISTEN_FDNAMES", true),
        ("JOURNAL_STREAM", true), ("AWS_PROFILE", false), ("HOME", false),
    ])
    func `what systemd meant for the daemon is the daemon's alone`(name: String, isOwn: Bool) {
        #expect(InheritedEnvironment.belongsToDaemonAlone(name) == isOwn)
        #expect(!InheritedEnvironment.isPassedDown(name) || name == "HOME")
    }

    @Test func `more output than the limit is refused, as much as the limit is not`() async throws {
        #expect(try await run("printf 1234", limit: 4).standardOutput.count == 4)
        await #expect(
            throws: ChildProcessRunner.Failure.outputTooLarge(program: "/usr/bin/sh", limit: 4)
        ) { try await run("printf 12345", limit: 4) }
    }

    @Test(arguments: [
        ("yes", 1_000), ("yes >&2", ChildProcessRunner.errorLimit),
        ("trap '' TERM; yes; while :; do sleep 1000; done", 1_000),
    ])
    func `a program that prints without end is ended long before its time`(
        script: String, limit: Int
    ) async {
        let start = ContinuousClock.now
        await #expect(
            throws: ChildProcessRunner.Failure.outputTooLarge(
                program: "/usr/bin/sh", limit: limit)
        ) { try await run(script, limit: 1_000, timeout: .seconds(3_600)) }
        #expect(ContinuousClock.now - start < .seconds(30))
    }

    @Test func `a program that does not end in time is killed with its group`() async {
        await #expect(
            throws: ChildProcessRunner.Failure.timedOut(
                program: "/usr/bin/sh", after: .milliseconds(100))
        ) { try await run("sleep 1000 | sleep 1000", timeout: .milliseconds(100)) }
    }

    @Test func `a cancelled task ends the program`() async {
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await run("sleep 1000")
        }
        await #expect(throws: ChildProcessRunner.Failure.cancelled(program: "/usr/bin/sh")) {
            try await task.value
        }
    }

    @Test(
        arguments: [
            (["/nonexistent"], "no such file"), (["nonexistent"], "PATH (/usr/bin:/bin)"),
            ([], "empty"), (["true", "\0"], "NUL"),
        ] as [([String], String)])
    func `a program that cannot be started is named with the reason`(
        command: [String], words: String
    ) async {
        let failure = await #expect(throws: ChildProcessRunner.Failure.self) {
            try await ChildProcessRunner().run(
                command, environment: environment, timeout: .seconds(60))
        }
        #expect(failure?.description.contains(words) == true)
    }
}
