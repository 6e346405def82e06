import Glibc
import JSON

/// A file that this process writes and reads for itself; closed with its last reference.
final class SystemFile: Sendable {
    /// Why it did not work, in the system's words.
    struct Failure: Error, CustomStringConvertible {
        let description: String

        init(_ description: String) {
            self.description = description
        }

        /// The failure of the last call.
        static func last() -> Failure { Failure(String(cString: strerror(errno))) }
    }

    private let descriptor: Int32

    /// Opens a file for appending, readable by this user alone. Never waits for the other end of a
    /// pipe, and writes into nothing but a regular file.
    init(appendingTo path: String, emptying: Bool = false) throws(Failure) {
        let flags = O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK
        let opened = Glibc.open(path, emptying ? flags | O_TRUNC : flags, 0o600)
        guard opened >= 0 else { throw .last() }
        do throws(Failure) {
            _ = try Self.size(of: opened)
        } catch {
            Glibc.close(opened)
            throw error
        }
        descriptor = opened
    }

    /// Makes a file anew, whole or not at all, whatever happens meanwhile: its text is written
    /// beside it first.
    ///
    /// - Returns: the new file, for appending.
    static func replace(_ path: String, with text: String) throws(Failure) -> SystemFile {
        let fresh = path + ".new"
        let file = try SystemFile(appendingTo: fresh, emptying: true)
        try file.write(text)
        // Or a power failure may leave the new name with nothing behind it.
        try file.synchronise()
        guard rename(fresh, path) == 0 else { throw .last() }
        return file
    }

    /// A directory for this user alone, with those on the way to it; one that is there is left as
    /// it is.
    static func makeDirectories(_ path: String) throws(Failure) {
        if mkdir(path, 0o700) == 0 { return }
        let parent = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? ""
        if errno == ENOENT, !parent.isEmpty {
            try makeDirectories(parent)
            if mkdir(path, 0o700) == 0 { return }
        }
        guard errno == EEXIST else { throw .last() }
        var facts = stat()
        guard stat(path, &facts) == 0 else { throw .last() }
        guard facts.st_mode & S_IFMT == S_IFDIR else { throw Failure("it is not a directory") }
    }

    deinit { Glibc.close(descriptor) }

    func write(_ text: String) throws(Failure) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 {
                if errno == EINTR { continue }
                throw .last()
            }
            rest = rest.dropFirst(count)
        }
    }

    /// Returns when it is on the disk.
    func synchronise() throws(Failure) {
        guard fsync(descriptor) == 0 else { throw .last() }
    }

    /// Held until the last reference is gone. False where another process holds it.
    func lock() -> Bool { flock(descriptor, LOCK_EX | LOCK_NB) == 0 }

    /// The whole text without a byte order mark; nil where there is no file. Bytes that are not
    /// UTF-8 are replaced.
    static func read(_ path: String, atMost limit: Int) throws(Failure) -> String? {
        let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard descriptor >= 0 else {
            if errno == ENOENT { return nil }
            throw .last()
        }
        defer { Glibc.close(descriptor) }
        let tooLarge = Failure("it is larger than \(limit) bytes")
        guard try size(of: descriptor) <= limit else { throw tooLarge }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = buffer.withUnsafeMutableBytes {
                Glibc.read(descriptor, $0.baseAddress, $0.count)
            }
            if count == 0 {
                return String(decoding: bytes.withoutByteOrderMark, as: UTF8.self)
            }
            if count > 0 { bytes += buffer[..<count] }
            if count < 0, errno != EINTR { throw .last() }
            // It may grow meanwhile.
            guard bytes.count <= limit else { throw tooLarge }
        }
    }

    private static func size(of descriptor: Int32) throws(Failure) -> Int {
        var facts = stat()
        guard fstat(descriptor, &facts) == 0 else { throw .last() }
        guard facts.st_mode & S_IFMT == S_IFREG else { throw Failure("it is not a regular file") }
        return Int(facts.st_size)
    }
}
