import Daemon
import FoundationEssentials
import Glibc
import Logging
import TestKit
import Testing

/// The state directory is the one that handlers may write to as well: what is in it is read with
/// care, and never ends the daemon.
@Suite(.timeLimit(.minutes(1))) struct OddStateTests {
    private static let times = "@hourly UTC"
    private let folder = try? TemporaryFolder()

    @Test(arguments: [
        "9223372036854775807", "-9223372036854775808", "9223372036854775808", "0", "-1",
        "1735689599", "4102444801", "1e9", "", "1_800_000_000",
    ])
    func `a task was never run for a time that makes no sense`(number: String) throws {
        let folder = try #require(folder)
        try folder.write("schedule.a.b", Array("\(number)\n\(Self.times)\n".utf8))
        #expect(TaskMemory(directory: folder.path).lastRun(of: "a.b", at: Self.times) == nil)
    }

    @Test(arguments: [1_735_689_600, 1_800_000_000, 4_102_444_800])
    func `a task was run for a time that makes sense`(moment: Int) throws {
        let folder = try #require(folder)
        try folder.write("schedule.a.b", Array("\(moment)\n\(Self.times)\n".utf8))
        #expect(TaskMemory(directory: folder.path).lastRun(of: "a.b", at: Self.times) == moment)
    }

    @Test func `a byte order mark before a task's time is passed over`() throws {
        let folder = try #require(folder)
        try folder.write("schedule.a.b", Array("\u{FEFF}1800000000\n\(Self.times)\n".utf8))
        let memory = TaskMemory(directory: folder.path)
        #expect(memory.lastRun(of: "a.b", at: Self.times) == 1_800_000_000)
    }

    @Test(arguments: ["sparse file", "FIFO", "directory", "link", "link to a device", "garbage"])
    func `what is no task's file is not read, and is replaced where it can be`(kind: String) throws
    {
        let folder = try #require(folder)
        let path = folder.path + "/schedule.a.b"
        try make(kind, at: path, beside: folder)
        let memory = { TaskMemory(directory: folder.path) }
        #expect(memory().lastRun(of: "a.b", at: Self.times) == nil)
        guard kind != "directory" else {
            let error = #expect(throws: (any Error).self) {
                try memory().remember(1_800_000_000, for: "a.b", at: Self.times)
            }
            #expect(error.map { "\($0)" } == "Is a directory")
            return
        }
        try memory().remember(1_800_000_000, for: "a.b", at: Self.times)
        #expect(memory().lastRun(of: "a.b", at: Self.times) == 1_800_000_000)
        // What a link led to is as it was.
        #expect(try folder.bytes(of: "elsewhere") == Self.elsewhere)
    }

    @Test(arguments: ["FIFO", "directory", "link"])
    func `what stands in the way of a task's new file is not written to`(kind: String) throws {
        let folder = try #require(folder)
        try make(kind, at: folder.path + "/schedule.a.b.new", beside: folder)
        #expect(throws: (any Error).self) {
            try TaskMemory(directory: folder.path)
                .remember(1_800_000_000, for: "a.b", at: Self.times)
        }
        #expect(try folder.bytes(of: "elsewhere") == Self.elsewhere)
    }

    @Test(arguments: ["sparse file", "FIFO", "directory", "link", "link to a device"])
    func `what is no file of completions is told, and not read`(kind: String) throws {
        let folder = try #require(folder)
        let path = folder.path + "/a"
        try make(kind, at: path, beside: folder)
        let reports = CompletionFileTests.Reports()
        #expect(CompletionFileTests.file(path, reports).known.isEmpty)
        guard case .cannotRead(let reason)? = reports.all.first else {
            Issue.record("nothing was told")
            return
        }
        #expect(reason.hasPrefix("\(path): ") && !reason.contains("Domain"))
    }

    @Test(arguments: [
        ("elsewhere", "Not a directory"), ("elsewhere/state", "Not a directory"),
        ("loop", "Too many levels of symbolic links"), ("/proc/none", "No such file or directory"),
        ("taken", "it is not a directory"),
        ("\(String(repeating: "x", count: 300))", "File name too long"),
    ])
    func `a state directory that cannot be used is told in a sentence`(
        name: String, reason: String
    ) throws {
        let folder = try #require(folder)
        try folder.write("elsewhere", Self.elsewhere)
        symlink("loop", folder.path + "/loop")
        mkdir(folder.path + "/taken", 0o700)
        try folder.write("taken/completions", [])
        let path = name.hasPrefix("/") ? name : "\(folder.path)/\(name)"
        let log = LogRecorder()
        #expect(StateDirectory.open(path, logger: log.logger) == nil)
        #expect(log.texts.count == 1)
        #expect(
            log.texts.first?.hasPrefix("The state directory cannot be used, \(path): \(reason). ")
                == true, "\(log.texts)")
    }

    @Test func `a state directory is made with those on the way to it, for its user alone`() throws
    {
        let folder = try #require(folder)
        let path = folder.path + "/some/where"
        let directory = StateDirectory.open(path, logger: CompletionFileTests.silent)
        #expect(directory != nil)
        var facts = stat()
        #expect(stat(path + "/completions", &facts) == 0 && facts.st_mode & 0o777 == 0o700)
    }

    private static let elsewhere = Array("1800000001\n\(times)\n".utf8)

    private func make(
        _ kind: String, at path: String, beside folder: TemporaryFolder
    ) throws {
        try folder.write("elsewhere", Self.elsewhere)
        switch kind {
        case "sparse file":
            let descriptor = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0o600)
            #expect(ftruncate(descriptor, 6 << 30) == 0)
            close(descriptor)
        case "FIFO": mkfifo(path, 0o600)
        case "directory": mkdir(path, 0o700)
        case "link": symlink("elsewhere", path)
        case "link to a device": symlink("/dev/zero", path)
        default: try Data((0..<5_000).map { UInt8($0 & 0xFF) }).write(to: URL(filePath: path))
        }
    }
}
