import Daemon
import FoundationEssentials
import TestKit
import Testing

@Suite struct PausedQueuesTests {
    @Test func `what is paused for good is paused after a restart, until it is resumed`() throws {
        let folder = try TemporaryFolder()
        var paused = PausedQueues(directory: folder.path)
        try paused.pause(["a", "b"], persisting: true)
        try paused.pause(["c"], persisting: false)
        #expect(paused.queues == ["a", "b", "c"])

        var later = PausedQueues(directory: folder.path)
        try later.load()
        #expect(later.queues == ["a", "b"])
        try later.resume(["a"])
        #expect(later.queues == ["b"])

        var latest = PausedQueues(directory: folder.path)
        try latest.load()
        #expect(latest.queues == ["b"])
    }

    @Test func `pausing for good what is paused already makes it last`() throws {
        let folder = try TemporaryFolder()
        var paused = PausedQueues(directory: folder.path)
        try paused.pause(["a"], persisting: false)
        try paused.pause(["a"], persisting: true)
        var later = PausedQueues(directory: folder.path)
        try later.load()
        #expect(later.queues == ["a"])
    }

    @Test func `without a folder nothing is kept, and without a file nothing is paused`() throws {
        var unkept = PausedQueues(directory: nil)
        #expect(!unkept.isPersistable)
        try unkept.load()
        try unkept.pause(["a"], persisting: false)
        #expect(unkept.queues == ["a"])
        let folder = try TemporaryFolder()
        var fresh = PausedQueues(directory: folder.path)
        #expect(fresh.isPersistable)
        try fresh.load()
        #expect(fresh.queues.isEmpty)
    }

    @Test func `what could not be kept is not said to be kept when it is asked for again`() throws {
        let folder = try TemporaryFolder()
        var paused = PausedQueues(directory: folder.path)
        // The place of the new file before it is renamed.
        let place = folder.path(of: "paused.new")
        try FileManager.default.createDirectory(
            atPath: place, withIntermediateDirectories: false)
        #expect(throws: (any Error).self) { try paused.pause(["a"], persisting: true) }
        #expect(throws: (any Error).self) { try paused.pause(["a"], persisting: true) }
        #expect(paused.queues == ["a"])
        try FileManager.default.removeItem(atPath: place)
        try paused.pause(["a"], persisting: true)
        var later = PausedQueues(directory: folder.path)
        try later.load()
        #expect(later.queues == ["a"])
    }
}
