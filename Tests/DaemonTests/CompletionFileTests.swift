import Daemon
import FoundationEssentials
import Glibc
import Logging
import MessageHandling
import SubscriberEngine
import Synchronization
import TestKit
import Testing

@Suite struct CompletionFileTests {
    static func completion(_ id: String, _ handlers: [String] = ["h"]) -> Completion {
        Completion(messageID: id, handlers: handlers, isDeletable: handlers.isEmpty)
    }

    static func file(_ path: String, _ reports: Reports = Reports()) -> CompletionFile {
        CompletionFile(path, time: { 1_000 }) { reports.add($0) }
    }

    @Test func `what was noted is known to the next process, what was forgotten is not`()
        async
        throws
    {
        let folder = try TemporaryFolder()
        let path = folder.path + "/a"
        let first = Self.file(path)
        first.note(.remembered(Self.completion("1")))
        first.note(.remembered(Self.completion("2", ["x y", "z"])))
        first.note(.remembered(Self.completion("3", [])))
        first.note(.forgotten(messageID: "1"))
        await first.flush()
        #expect(
            Self.file(path).known == [
                Self.completion("2", ["x y", "z"]), Self.completion("3", []),
            ])
    }

    @Test func `no file is made before there is something to write`() async throws {
        let folder = try TemporaryFolder()
        let file = Self.file(folder.path + "/a")
        await file.flush()
        #expect(folder.names.isEmpty)
    }

    /// As a process leaves it that is killed while it writes.
    @Test func `a torn last line is dropped, and what is written after it is not lost`()
        async
        throws
    {
        let folder = try TemporaryFolder()
        let path = folder.path + "/a"
        let first = Self.file(path)
        for id in ["1", "2"] { first.note(.remembered(Self.completion(id))) }
        await first.flush()
        try folder.write("a", folder.bytes(of: "a").dropLast(7))
        let second = Self.file(path)
        #expect(second.known.map(\.messageID) == ["1"])
        second.note(.remembered(Self.completion("3")))
        await second.flush()
        #expect(Self.file(path).known.map(\.messageID) == ["1", "3"])
    }

    @Test func `a file that is no text is an empty one`() throws {
        let folder = try TemporaryFolder()
        try folder.write("a", [UInt8](repeating: 0xFF, count: 5_000))
        let reports = Reports()
        #expect(Self.file(folder.path + "/a", reports).known.isEmpty)
        #expect(reports.all.isEmpty)
    }

    @Test func `a file that cannot be read is reported once, and replaced`() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/a"
        #expect(mkfifo(path, 0o600) == 0)
        let reports = Reports()
        let file = Self.file(path, reports)
        #expect(file.known.isEmpty)
        #expect(reports.all == [.cannotRead("\(path): it is not a regular file")])
        file.note(.remembered(Self.completion("1")))
        await file.flush()
        #expect(reports.all.count == 1)
        #expect(Self.file(path).known.map(\.messageID) == ["1"])
    }

    @Test func `what cannot be written is reported once, and written when it can be`()
        async
        throws
    {
        let folder = try TemporaryFolder()
        let path = folder.path + "/gone/a"
        let reports = Reports()
        let file = Self.file(path, reports)
        for id in 1...50 { file.note(.remembered(Self.completion("\(id)"))) }
        await file.flush()
        #expect(reports.all == [.cannotWrite("\(path): No such file or directory")])
        #expect(file.known.count == 50)
        try FileManager.default.createDirectory(
            atPath: folder.path + "/gone", withIntermediateDirectories: false)
        await file.flush()
        #expect(reports.all.last == .writesAgain)
        #expect(Self.file(path).known.count == 50)
    }

    @Test func `thousands of changes leave a small file`() async throws {
        let folder = try TemporaryFolder()
        let file = Self.file(folder.path + "/a")
        for id in 0..<3_000 {
            file.note(.remembered(Self.completion("\(id)")))
            file.note(.forgotten(messageID: "\(id)"))
        }
        file.note(.remembered(Self.completion("last")))
        await file.flush()
        #expect(try folder.bytes(of: "a").count < 100_000)
        #expect(Self.file(folder.path + "/a").known.map(\.messageID) == ["last"])
    }

    // MARK: The store

    @Test func `each queue has a file of its own, the same one each time`() async throws {
        let folder = try TemporaryFolder()
        let directory = try #require(StateDirectory.open(folder.path, logger: Self.silent))
        let store = CompletionStore(directory, logger: Self.silent)
        let queues = ["http://a/1/orders", "http://a/2/orders"].map {
            Queue(name: "orders", url: $0)
        }
        let first = await store.file(for: queues[0])
        #expect(await store.file(for: queues[0]) === first)
        let second = await store.file(for: queues[1])
        #expect(second !== first)
        first.note(.remembered(Self.completion("1")))
        await first.flush()
        #expect(second.known.isEmpty)
    }

    @Test func `a directory that another daemon uses, or that is none, is left alone`() throws {
        let folder = try TemporaryFolder()
        let store = StateDirectory.open(folder.path, logger: Self.silent)
        #expect(store != nil)
        withExtendedLifetime(store) {
            #expect(StateDirectory.open(folder.path, logger: Self.silent) == nil)
        }
        #expect(StateDirectory.open("/dev/null/state", logger: Self.silent) == nil)
        #expect(StateDirectory.open(nil, logger: Self.silent) == nil)
    }

    @Test func `a directory is free again when its daemon is gone`() throws {
        let folder = try TemporaryFolder()
        for _ in 1...2 {
            let store = StateDirectory.open(folder.path, logger: Self.silent)
            #expect(store != nil)
        }
    }

    static let silent = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    /// What a file reported.
    final class Reports: Sendable {
        private let reports = Mutex<[CompletionFile.Report]>([])
        var all: [CompletionFile.Report] { reports.withLock { $0 } }
        func add(_ report: CompletionFile.Report) { reports.withLock { $0.append(report) } }
    }
}
