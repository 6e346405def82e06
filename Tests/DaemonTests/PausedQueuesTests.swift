import Daemon
import TestKit
import Testing

@Suite struct PausedQueuesTests {
    @Test func `what is paused for good is paused after a restart, until it is resumed`() throws {
        let folder = try TemporaryFolder()
        var paused = PausedQueues(directory: folder.path)
        try paused.pause(["a", "b"], persisting: true)
        try paused.pause(["c"], persisting: false)
        #expect(paused.names == ["a", "b", "c"])

        var later = PausedQueues(directory: folder.path)
        try later.load()
        #expect(later.names == ["a", "b"])
        try later.resume(["a"])
        #expect(later.names == ["b"])

        var latest = PausedQueues(directory: folder.path)
        try latest.load()
        #expect(latest.names == ["b"])
    }

    @Test func `pausing for good what is paused already makes it last`() throws {
        let folder = try TemporaryFolder()
        var paused = PausedQueues(directory: folder.path)
        try paused.pause(["a"], persisting: false)
        try paused.pause(["a"], persisting: true)
        var later = PausedQueues(directory: folder.path)
        try later.load()
        #expect(later.names == ["a"])
    }

    @Test func `without a folder nothing is kept, and without a file nothing is paused`() throws {
        var unkept = PausedQueues(directory: nil)
        #expect(!unkept.isPersistable)
        try unkept.load()
        try unkept.pause(["a"], persisting: false)
        #expect(unkept.names == ["a"])
        let folder = try TemporaryFolder()
        var fresh = PausedQueues(directory: folder.path)
        #expect(fresh.isPersistable)
        try fresh.load()
        #expect(fresh.names.isEmpty)
    }
}
