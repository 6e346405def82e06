import FoundationEssentials
import Glibc
import HandlerLibrary
import MessageHandling
import TestKit
import Testing

/// Files that the kernel does not execute: nothing of them has run, and who asks before a message
/// is tried is told the very same.
@Suite(.timeLimit(.minutes(1)))
struct ProgramFileTests {
    /// What is wrong with a file, and what is said of it.
    struct Fault: CustomTestStringConvertible {
        let testDescription: String
        let content: [UInt8]
        let words: [String]

        init(_ name: String, _ content: String, _ words: [String]) {
            self.init(name, Array(content.utf8), words)
        }

        init(_ name: String, _ content: [UInt8], _ words: [String]) {
            (testDescription, self.content, self.words) = (name, content, words)
        }
    }

    private static let truth =
        (try? Data(contentsOf: URL(filePath: "/bin/true"))).map { [UInt8]($0) } ?? []

    private static func changed(_ offset: Int, _ bytes: [UInt8]) -> [UInt8] {
        var program = truth
        program.replaceSubrange(offset..<offset + bytes.count, with: bytes)
        return program
    }

    /// With another path to the dynamic loader.
    private static var loaderless: [UInt8] {
        let name = Array("/lib".utf8)
        let start = truth.indices.first { truth[$0...].starts(with: name) } ?? 0
        return changed(start + 1, Array("nix".utf8))
    }

    static let faults = [
        Fault("no interpreter", "#!/no/such/interp\n", ["'/no/such/interp'", "is not there"]),
        Fault(
            "Windows line ends", "#!/bin/sh\r\necho hi\r\n",
            ["interpreter '/bin/sh\\r'", "Windows line ends"]),
        Fault("an interpreter that may not run", "#!/etc/passwd\n", ["'/etc/passwd' ", "may not"]),
        Fault("an interpreter that is a directory", "#!/tmp\n", ["'/tmp' ", "is no file"]),
        Fault("a first line without a name", "#! \t\necho\n", ["names no interpreter"]),
        Fault(
            "a name longer than is looked at", "#!/" + String(repeating: "x", count: 300) + "\n",
            ["names no interpreter"]),
        Fault("no first line", "echo hello\n", ["neither a program", "starts with #!"]),
        Fault("a byte order mark", "\u{FEFF}#!/bin/sh\n", ["byte order mark"]),
        Fault("nothing", "", ["is empty"]),
        Fault("a program for another machine", changed(18, [243, 0]), ["machine, RISC-V"]),
        Fault("a program without its loader", loaderless, ["dynamic loader '/nix", "not there"]),
        Fault("half a header", Array(truth[..<50]), ["cut off"]),
        Fault("an object file", changed(16, [1, 0]), ["object file"]),
    ]

    /// As faults of the kernel's, but found by env(1), which it starts.
    static let lookUps = [
        Fault("env finds nothing", "#!/usr/bin/env no-such-tool\n", ["'no-such-tool'", "PATH"]),
        Fault("env finds Windows line ends", "#!/usr/bin/env sh\r\n", ["'sh\\r'", "Windows"]),
        Fault("env gets two words as one", "#!/usr/bin/env sh -e\n", ["'sh -e'", "env -S"]),
        Fault("env -S finds nothing", "#!/usr/bin/env -S A=b no-tool -u\n", ["'no-tool'", "PATH"]),
    ]

    private func settings(_ path: String) -> ExecSettings {
        ExecSettings(command: [path], daemonEnvironment: ["PATH": "/usr/bin:/bin"])
    }

    /// By a process of its own: one of this process that is just being started would have the file
    /// open for writing for a moment, and it could not be executed.
    private func write(_ content: [UInt8], to path: String) async throws {
        try Data(content).write(to: URL(filePath: path + ".data"))
        let copy = shell(
            "cp \"$NAME.data\" \"$NAME\" && chmod 755 \"$NAME\"", environment: ["NAME": path])
        #expect(try await handle(message(), by: copy) == .done)
    }

    @Test(arguments: faults + lookUps)
    func `is named by a run, by the check, and by a look at the files`(fault: Fault) async throws {
        try await TemporaryFolder.with { directory in
            let path = directory + "/program"
            try await write(fault.content, to: path)
            let ran = await #expect(throws: HandlerUnavailable.self) {
                try await handle(message(), by: settings(path))
            }
            let checked = await #expect(throws: HandlerUnavailable.self) {
                try await ExecHandler(settings(path)).checkAvailability()
            }
            let reason = ran?.description ?? ""
            for word in fault.words { #expect(reason.contains(word), "\(reason)") }
            #expect(reason.hasPrefix("cannot start '\(path)': "))
            #expect(checked?.description == reason)
            #expect(settings(path).program.fileProblem?.reason == reason)
        }
    }

    @Test(arguments: [1, 2])
    func `a script whose interpreter's interpreter is missing says which`(depth: Int) async throws {
        try await TemporaryFolder.with { directory in
            try await write(Array("#!/no/such/interp\n".utf8), to: directory + "/0")
            for level in 1...depth {
                try await write(
                    Array("#!\(directory)/\(level - 1)\n".utf8), to: directory + "/\(level)")
            }
            let error = await #expect(throws: HandlerUnavailable.self) {
                try await ExecHandler(settings("\(directory)/\(depth)")).checkAvailability()
            }
            #expect(error?.description.contains("'/no/such/interp'") == true)
        }
    }

    /// The kernel follows five scripts from one to the next, and so does the look.
    @Test(arguments: [(5, true), (6, false)])
    func `scripts are followed as far as the kernel does`(count: Int, isWell: Bool) async throws {
        try await TemporaryFolder.with { directory in
            try await write(Array("#!/bin/sh\n".utf8), to: directory + "/1")
            for level in 2...count {
                try await write(
                    Array("#!\(directory)/\(level - 1)\n".utf8), to: directory + "/\(level)")
            }
            let settings = settings("\(directory)/\(count)")
            #expect((settings.program.fileProblem == nil) == isWell)
            do {
                try await ExecHandler(settings).checkAvailability()
                #expect(isWell)
            } catch let error as HandlerUnavailable {
                #expect(!isWell && error.description.contains("more than 5 in a row"))
            }
        }
    }

    @Test(arguments: [
        "#!/bin/sh\n", "#! /bin/sh -e\n", "#!/bin/sh", "#!/usr/bin/env sh\n",
        "#!/usr/bin/env -S sh -e\n", "#!/usr/bin/env -S A=b sh\n", "#!sh-link\n",
    ])
    func `a good first line is no fault`(line: String) async throws {
        try await TemporaryFolder.with { directory in
            let path = directory + "/program"
            try await write(Array(line.utf8), to: path)
            try FileManager.default.createSymbolicLink(
                atPath: directory + "/sh-link", withDestinationPath: "/bin/sh")
            var settings = settings(path)
            settings.workingDirectory = directory
            #expect(settings.program.fileProblem == nil)
            try await ExecHandler(settings).checkAvailability()
            #expect(try await handle(message(), by: settings) == .done)
        }
    }

    @Test func `a file that is being written is seen by the check, and by the run`() async throws {
        try await TemporaryFolder.with { directory in
            let path = directory + "/program"
            try await write(Array("#!/bin/sh\n".utf8), to: path)
            let writer = open(path, O_WRONLY | O_CLOEXEC)
            defer { close(writer) }
            for isCheck in [true, false] {
                let error = await #expect(throws: HandlerUnavailable.self) {
                    if isCheck {
                        try await ExecHandler(settings(path)).checkAvailability()
                    } else {
                        _ = try await handle(message(), by: settings(path))
                    }
                }
                #expect(error?.description.contains("open for writing") == true)
            }
        }
    }

    /// Programs that would show that they had run, in a file: through a shell, an interpreter, and
    /// with no library between them and the kernel.
    @Test(arguments: [
        ["/bin/sh", "-c", "echo > ran"], ["python3", "-c", "open('ran', 'w')"], ["touch", "ran"],
    ])
    func `the check runs nothing of the program, and leaves nothing`(command: [String]) async throws
    {
        try await TemporaryFolder.with { directory in
            var settings = settings("/bin/true")
            settings.command = command
            settings.workingDirectory = directory
            for _ in 0..<50 { try await ExecHandler(settings).checkAvailability() }
            #expect(!FileManager.default.fileExists(atPath: directory + "/ran"))
            #expect(try await handle(message(), by: settings) == .done)
            #expect(FileManager.default.fileExists(atPath: directory + "/ran"))
        }
    }

    /// The loader says so itself, before the program begins.
    @Test func `a library that is missing, or has no room, is no run`() async throws {
        try await TemporaryFolder.with { directory in
            let path = directory + "/program"
            let name = Array("libc.so.6".utf8)
            let start = Self.truth.indices.first { Self.truth[$0...].starts(with: name) } ?? 0
            try await write(Self.changed(start, Array("libq.so.6".utf8)), to: path)
            var cramped = settings("/bin/true")
            cramped.limits.memory = 1 << 20
            for settings in [settings(path), cramped] {
                let error = await #expect(throws: HandlerUnavailable.self) {
                    try await handle(message(), by: settings)
                }
                let reason = error?.description ?? ""
                #expect(reason.contains("error while loading shared libraries: lib"), "\(reason)")
            }
            // Of a program that was started by the handler's own it says nothing of that.
            #expect(try await handle(message(), by: shell(path)) == .retry())
        }
    }

    @Test func `the exit status of a shell that finds nothing is a failure of a program that ran`()
        async throws
    {
        #expect(try await handle(message(), by: shell("no-such-command")) == .retry())
    }

    @Test func `missing credentials are seen by the check`() async {
        let none = HandlerCredentials { throw HandlerUnavailable("the token has expired") }
        let handler = ExecHandler(program(["/bin/true"]), credentials: none)
        let error = await #expect(throws: HandlerUnavailable.self) {
            try await handler.checkAvailability()
        }
        #expect(error?.description.contains("the token has expired") == true)
    }
}
