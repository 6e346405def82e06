import Glibc
import Synchronization

/// A Unix socket at a path of the file system, on which connections wait until a ``HTTPListener``
/// takes them.
///
/// The owner of its file and its group are those of the process. A socket that a process left
/// behind when it was killed is replaced; one at which a process answers is not.
package final class ListeningSocket: Sendable {
    /// It cannot be made.
    package struct Failure: Error, Equatable, CustomStringConvertible {
        package let description: String
        /// Whether another process listens there.
        package let isTaken: Bool

        init(_ description: String, isTaken: Bool = false) {
            self.description = description
            self.isTaken = isTaken
        }

        /// The failure of the last call.
        fileprivate static func last(_ what: String) -> Failure {
            Failure("\(what): \(String(cString: strerror(errno)))")
        }
    }

    /// How often, and with what pause, in microseconds, the lock of a directory is tried: others
    /// hold it for the few calls below only, and who holds it for longer means no good.
    private static let lockTries = 10
    private static let lockPause: UInt32 = 100_000

    /// Connections that wait to be taken: many more than a few operators' commands make at once.
    private static let backlog: Int32 = 64

    private let path: String
    private let file: (device: UInt, number: UInt)
    private let descriptor: Mutex<Int32?>

    /// - Parameters:
    ///   - path: absolute. Its directory must exist. Waits for another process that has locked it,
    ///     a second at most.
    ///   - mode: of the socket's file, from before anyone can connect.
    package init(path: String, mode: UInt32) throws(Failure) {
        let address = try Address(path)
        let directory = try Self.lockDirectory(of: path)
        defer { if directory >= 0 { close(directory) } }
        try Self.clear(path, address)
        let made = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard made >= 0 else { throw .last("socket") }
        var facts = stat()
        guard address.call(bind, made) == 0, chmod(path, mode) == 0,
            stat(path, &facts) == 0, listen(made, Self.backlog) == 0
        else {
            let failure = Failure.last("'\(path)'")
            close(made)
            throw failure
        }
        self.path = path
        file = (UInt(facts.st_dev), UInt(facts.st_ino))
        descriptor = Mutex(made)
    }

    deinit {
        if let left = descriptor.withLock({ $0 }) { close(left) }
    }

    /// The descriptor, for who closes it from now on; -1 when it was taken before.
    func takeDescriptor() -> Int32 {
        descriptor.withLock { $0.take() } ?? -1
    }

    /// Takes the file away, where it is still this socket's.
    package func remove() {
        var facts = stat()
        guard stat(path, &facts) == 0,
            file == (UInt(facts.st_dev), UInt(facts.st_ino))
        else { return }
        unlink(path)
    }

    /// Two processes that look at the same socket do it one after the other. -1 where a lock cannot
    /// be had at all.
    private static func lockDirectory(of path: String) throws(Failure) -> Int32 {
        let directory = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
        let descriptor = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return -1 }
        for _ in 0..<lockTries {
            // Whoever may read the directory may lock it: waiting for that has an end.
            if flock(descriptor, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK {
                return descriptor
            }
            usleep(lockPause)
        }
        close(descriptor)
        throw Failure("another process keeps '\(directory)' locked")
    }

    /// Takes away the socket of a process that is gone.
    private static func clear(_ path: String, _ address: Address) throws(Failure) {
        var facts = stat()
        guard lstat(path, &facts) == 0 else {
            if errno == ENOENT { return }
            throw .last("'\(path)'")
        }
        guard facts.st_mode & S_IFMT == S_IFSOCK else {
            throw Failure("'\(path)' is there and is not a socket")
        }
        let probe = socket(
            AF_UNIX,
            Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue), 0)
        guard probe >= 0 else { throw .last("socket") }
        defer { close(probe) }
        // EAGAIN: somebody listens, and has no room.
        guard address.call(connect, probe) != 0, errno == ECONNREFUSED else {
            throw Failure("another process answers at '\(path)'", isTaken: true)
        }
        guard unlink(path) == 0 else { throw .last("'\(path)'") }
    }
}

/// The path as the calls of the system take it, unix(7).
private struct Address {
    private var address = sockaddr_un()

    init(_ path: String) throws(ListeningSocket.Failure) {
        let bytes = Array(path.utf8)
        let room = MemoryLayout.size(ofValue: address.sun_path) - 1
        guard bytes.count <= room, !bytes.contains(0) else {
            throw ListeningSocket.Failure(
                "'\(path)' is longer than the \(room) bytes that the path of a socket may have")
        }
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
    }

    func call(
        _ body: (Int32, UnsafePointer<sockaddr>, socklen_t) -> Int32, _ descriptor: Int32
    ) -> Int32 {
        withUnsafePointer(to: address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
    }
}
