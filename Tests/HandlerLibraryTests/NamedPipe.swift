import Glibc

/// A FIFO by which a test meets the programs it started: who holds it open, and until when.
struct NamedPipe {
    let path: String

    init(in directory: String) throws {
        path = directory + "/pipe"
        guard mkfifo(path, 0o600) == 0 else { throw Failed(call: "mkfifo", code: errno) }
    }

    /// Opens the reading end without waiting for a writer.
    func reader() throws -> Int32 {
        let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else { throw Failed(call: "open", code: errno) }
        return descriptor
    }

    /// Lets everyone go on who waits for a writer, or for the end of the pipe: opens it for
    /// writing and closes it again.
    func release() throws {
        let descriptor = open(path, O_WRONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Failed(call: "open", code: errno) }
        close(descriptor)
    }

    /// Whether every writer is gone within the time; at least one must have been there.
    static func waitForHangUp(_ reader: Int32, seconds: Int32) -> Bool {
        var entry = pollfd(fd: reader, events: 0, revents: 0)
        return poll(&entry, 1, seconds * 1_000) == 1 && entry.revents & Int16(POLLHUP) != 0
    }

    struct Failed: Error {
        let call: String
        let code: Int32
    }
}
