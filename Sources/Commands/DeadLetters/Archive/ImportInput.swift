import Daemon
import Glibc

/// What an import reads: a file, or what comes through standard input or a pipe.
struct ImportInput {
    /// How people are told of it.
    let name: String
    let descriptor: Int32
    /// Whether it is read once, as it comes: it cannot be checked before, nor gone on with later.
    let isStream: Bool

    /// - Parameter file: a path, or `-` for standard input.
    init(_ file: String) throws(CommandFailure) {
        guard file != "-" else {
            (name, descriptor, isStream) = ("standard input", STDIN_FILENO, true)
            return
        }
        name = file
        descriptor = open(file, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw CommandFailure(
                .inputMissing, "\(file) cannot be read: \(String(cString: strerror(errno)))")
        }
        isStream = lseek(descriptor, 0, SEEK_CUR) < 0
    }

    /// Keeps a file from another import, which would send the same lines, and from an export that
    /// still writes it. Until it is closed.
    func lock() throws(CommandFailure) {
        guard !isStream, flock(descriptor, LOCK_EX | LOCK_NB) != 0 else { return }
        guard errno == EWOULDBLOCK else {
            throw CommandFailure(
                .inputMissing, "\(name) cannot be locked: \(String(cString: strerror(errno)))")
        }
        throw CommandFailure(
            .temporary,
            "\(name): another import or export is at work on it. Wait for its end. Nothing was "
                + "sent.")
    }

    /// Back to the first line, in a file.
    func rewind() {
        if !isStream { lseek(descriptor, 0, SEEK_SET) }
    }

    func close() {
        if descriptor != STDIN_FILENO { Glibc.close(descriptor) }
    }
}
