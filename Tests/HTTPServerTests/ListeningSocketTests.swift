import Glibc
import HTTPServer
import TestKit
import Testing

@Suite struct ListeningSocketTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    private var path: String { folder.path(of: "socket") }

    /// The mode of a file and whether it is a socket; nil where there is none.
    private func facts(_ path: String) -> (mode: UInt32, isSocket: Bool)? {
        var facts = stat()
        guard lstat(path, &facts) == 0 else { return nil }
        return (facts.st_mode & 0o777, facts.st_mode & S_IFMT == S_IFSOCK)
    }

    @Test func `its file has the mode that was asked for, and goes when it is removed`() throws {
        let socket = try ListeningSocket(path: path, mode: 0o660)
        let made = try #require(facts(path))
        #expect(made == (0o660, true))
        socket.remove()
        #expect(facts(path) == nil)
    }

    @Test func `the socket of a process that is gone is replaced`() throws {
        do { _ = try ListeningSocket(path: path, mode: 0o600) }
        #expect(facts(path) != nil, "its file is left behind")
        let socket = try ListeningSocket(path: path, mode: 0o660)
        #expect(facts(path)?.mode == 0o660)
        withExtendedLifetime(socket) {}
    }

    @Test func `one at which somebody answers is not replaced`() throws {
        let first = try ListeningSocket(path: path, mode: 0o660)
        let error = #expect(throws: ListeningSocket.Failure.self) {
            try ListeningSocket(path: path, mode: 0o660)
        }
        #expect(error?.isTaken == true)
        #expect(error?.description == "another process answers at '\(path)'")
        withExtendedLifetime(first) {}
    }

    @Test func `a file of another kind stays as it is`() throws {
        try folder.write("socket", "kept".utf8)
        let error = #expect(throws: ListeningSocket.Failure.self) {
            try ListeningSocket(path: path, mode: 0o660)
        }
        #expect(error?.description == "'\(path)' is there and is not a socket")
        #expect(try folder.bytes(of: "socket") == Array("kept".utf8))
    }

    @Test func `a socket that another one has replaced is not removed`() throws {
        let old = try ListeningSocket(path: path, mode: 0o660)
        unlink(path)
        let new = try ListeningSocket(path: path, mode: 0o660)
        old.remove()
        #expect(facts(path) != nil)
        withExtendedLifetime(new) {}
    }

    @Test func `a path that is too long, or in no directory, is told`() {
        let long = "/" + String(repeating: "a", count: 107)
        #expect(throws: ListeningSocket.Failure.self) {
            try ListeningSocket(path: long, mode: 0o660)
        }
        let error = #expect(throws: ListeningSocket.Failure.self) {
            try ListeningSocket(path: "\(folder.path)/none/socket", mode: 0o660)
        }
        #expect(error?.description.contains("No such file or directory") == true)
    }

    @Test func `a directory that somebody keeps locked is told, and waited for no longer`() throws {
        let lock = open(folder.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        defer { close(lock) }
        try #require(flock(lock, LOCK_EX) == 0)
        let error = #expect(throws: ListeningSocket.Failure.self) {
            try ListeningSocket(path: path, mode: 0o660)
        }
        #expect(error?.description == "another process keeps '\(folder.path)/' locked")
        flock(lock, LOCK_UN)
        let socket = try ListeningSocket(path: path, mode: 0o660)
        #expect(facts(path)?.isSocket == true)
        withExtendedLifetime(socket) {}
    }
}
