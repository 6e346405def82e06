import Daemon
import Glibc
import MessageHandling

/// The file that `export` writes, a message on each line.
///
/// What is in it already is kept, and not written again: an export that was cut goes on where it
/// was. A last line that was cut is taken away. Locked until its end: of two exports into one file,
/// one would take away as cut what the other has just saved, and deleted from its queue.
struct ArchiveFile: ~Copyable {
    /// Bodies may be of no concern to others.
    private static let mode: mode_t = 0o600

    private let path: String
    private let isWritten: Bool
    /// Negative where there is no file, and none is to be made.
    private let descriptor: Int32
    /// The ids of the messages that it holds.
    private(set) var ids: Set<String> = []

    /// - Parameters:
    ///   - path: `-` for standard output, which holds nothing before.
    ///   - isWritten: whether it may be made and changed; otherwise only looked into.
    /// - Throws: where it cannot be written, or holds something else than messages.
    init(_ path: String, isWritten: Bool) throws {
        self.path = path
        self.isWritten = isWritten
        guard path != "-" else {
            descriptor = STDOUT_FILENO
            return
        }
        let access = isWritten ? O_RDWR | O_CREAT | O_APPEND : O_RDONLY
        descriptor = open(path, access | O_CLOEXEC, Self.mode)
        guard descriptor >= 0 else {
            if !isWritten, errno == ENOENT { return }
            throw Self.failure(path)
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            guard errno == EWOULDBLOCK else { throw Self.failure(path) }
            throw CommandFailure(
                .cannotCreate,
                "\(path): another export is writing it. Name another file, or wait for its end.")
        }
        try readOn()
    }

    deinit {
        if descriptor >= 0, descriptor != STDOUT_FILENO { close(descriptor) }
    }

    private mutating func readOn() throws {
        let (end, size) = try endOfLastLine()
        if size == 0, isWritten { try syncFolder() }
        var reader = LineReader(descriptor: descriptor, maximum: ArchivedMessage.lineMaximum)
        var number = 0
        var position = 0
        while position < end {
            guard case .line(let line) = try reader.next(pauseMilliseconds: nil) else { break }
            number += 1
            position += line.count + 1
            do throws(ArchiveProblem) {
                ids.insert(try ArchivedMessage.read(line, number: number).id)
            } catch {
                throw CommandFailure(
                    .invalidData,
                    "\(path) holds something else: line \(number): \(error.problem). Name a new "
                        + "file, or one that an export has begun.")
            }
        }
        guard end < size, isWritten else { return }
        guard ftruncate(descriptor, off_t(end)) == 0 else { throw Self.failure(path) }
    }

    /// Returns when the name of a new file survives a power cut. Source: fsync(2).
    private func syncFolder() throws {
        let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
        let opened = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard opened >= 0 else { throw Self.failure(path) }
        defer { close(opened) }
        // EINVAL: a file system that has nothing to do for it.
        guard fsync(opened) == 0 || errno == EINVAL else { throw Self.failure(path) }
    }

    /// Where the last whole line ends, and the file. What is between must be the beginning of a
    /// message.
    private func endOfLastLine() throws -> (end: Int, size: Int) {
        let size = lseek(descriptor, 0, SEEK_END)
        guard size >= 0 else { throw Self.failure(path) }
        var tail: [UInt8] = []
        var start = Int(size)
        while start > 0, !tail.contains(UInt8(ascii: "\n")) {
            let count = min(start, 1 << 16)
            start -= count
            var chunk = [UInt8](repeating: 0, count: count)
            guard pread(descriptor, &chunk, count, off_t(start)) == count else {
                throw Self.failure(path)
            }
            tail = chunk + tail
        }
        lseek(descriptor, 0, SEEK_SET)
        let lineEnd = tail.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        let rest = tail[lineEnd...]
        let beginning = ArchivedMessage.beginning.utf8
        guard rest.starts(with: beginning.prefix(rest.count)) else {
            throw CommandFailure(
                .invalidData,
                "\(path) holds something else than messages. Name a new file, or one that an "
                    + "export has begun.")
        }
        return (start + lineEnd, Int(size))
    }

    /// Writes messages to its end, and does not return before they are in the file.
    mutating func append(_ messages: [Message]) throws {
        var bytes: [UInt8] = []
        for message in messages {
            bytes += ArchivedMessage.line(message).utf8
            bytes.append(UInt8(ascii: "\n"))
            ids.insert(message.id)
        }
        var remaining = bytes[...]
        while !remaining.isEmpty {
            let count = remaining.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw Self.failure(path) }
            remaining = remaining.dropFirst(count)
        }
    }

    /// Returns when what was written survives a power cut.
    func sync() throws {
        guard fsync(descriptor) == 0 else { throw Self.failure(path) }
    }

    private static func failure(_ path: String) -> CommandFailure {
        let reason = String(cString: strerror(errno))
        return CommandFailure(.cannotCreate, "\(path) cannot be written: \(reason)")
    }
}
