import FoundationEssentials
import HandlerLibrary
import MessageHandling
import TestKit
import Testing

/// Programs that cannot be started: the handler is unavailable, and says what to do.
@Suite(.timeLimit(.minutes(1)))
struct ExecStartTests {
    private func reason(_ settings: ExecSettings) async -> String {
        let error = await #expect(throws: HandlerUnavailable.self) {
            try await handle(message(), by: settings)
        }
        return error?.description ?? ""
    }

    private func settings(
        _ command: [String], directory: String? = nil, environment: [String: String] = [:]
    ) -> ExecSettings {
        ExecSettings(
            command: command, workingDirectory: directory, environment: environment,
            daemonEnvironment: ["PATH": "/usr/bin:/bin"])
    }

    @Test(
        arguments: [
            (["/nonexistent/program"], nil, ["/nonexistent/program", "no such file", "`command`"]),
            (["no-such-program"], nil, ["no-such-program", "PATH (/usr/bin:/bin)", "install it"]),
            (["/etc/passwd"], nil, ["/etc/passwd", "may not execute", "chmod +x"]),
            (["/tmp"], nil, ["/tmp", "it is a directory"]),
            (["/etc/passwd/x"], nil, ["no such file"]),
            (["/bin/true"], "/nonexistent", ["working directory '/nonexistent'", "create it"]),
            (["/bin/true"], "/etc/passwd", ["working directory '/etc/passwd'"]),
        ] as [([String], String?, [String])])
    func `what is missing is named, with the remedy`(
        command: [String], directory: String?, words: [String]
    ) async {
        let reason = await reason(settings(command, directory: directory))
        for word in words { #expect(reason.contains(word), "\(reason)") }
        // The same without a message.
        let error = await #expect(throws: HandlerUnavailable.self) {
            try await ExecHandler(settings(command, directory: directory)).checkAvailability()
        }
        #expect(error?.description == reason)
    }

    @Test(
        arguments: [(["/bin/true"], nil), (["true", "x"], "/tmp"), (["/bin/sh"], "/")]
            as [([String], String?)])
    func `a program that is there is available`(command: [String], directory: String?) async throws
    {
        try await ExecHandler(settings(command, directory: directory)).checkAvailability()
    }

    @Test func `settings that are larger than the kernel allows are said to be`() async {
        let large = String(repeating: "x", count: 200_000)
        let reason = await reason(settings(["/bin/true"], environment: ["LARGE": large]))
        #expect(reason.contains("`environment`") && reason.contains("larger than the kernel"))
    }

    @Test func `a name is looked up in the program's own PATH, anew for each message`()
        async throws
    {
        try await TemporaryFolder.with { directory in
            // A directory of that name and a relative entry are passed over.
            try FileManager.default.createDirectory(
                atPath: directory + "/a/tool", withIntermediateDirectories: true)
            try FileManager.default.createDirectory(
                atPath: directory + "/b", withIntermediateDirectories: true)
            let path = "bin::\(directory)/a:\(directory)/b"
            let settings = settings(["tool"], environment: ["PATH": path])
            #expect(await reason(settings).contains(path))
            try FileManager.default.createSymbolicLink(
                atPath: directory + "/b/tool", withDestinationPath: "/bin/true")
            #expect(try await handle(message(), by: settings) == .done)
        }
    }

    @Test func `the program starts in its working directory, or in the daemon's`() async throws {
        let log = LogRecorder()
        #expect(
            try await handle(message(), by: settings(["pwd"], directory: "/usr"), log: log)
                == .done)
        #expect(try await handle(message(), by: settings(["pwd"]), log: log) == .done)
        let own = FileManager.default.currentDirectoryPath
        #expect(log.lines(of: "stdout") == ["/usr", own])
    }

    @Test func `arguments are passed as they are, unparsed`() async throws {
        let log = LogRecorder()
        let arguments = ["a b", "$HOME", "'", "*", "", "é"]
        let settings = settings(["printf", "<%s>\\n"] + arguments)
        #expect(try await handle(message(), by: settings, log: log) == .done)
        #expect(log.lines(of: "stdout") == arguments.map { "<\($0)>" })
    }
}
