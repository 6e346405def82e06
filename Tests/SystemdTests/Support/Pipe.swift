import Dispatch
import Glibc
import Systemd

/// A pipe whose reader is the test, on a thread of its own: what is tested blocks those of Swift.
final class Pipe: Sendable {
    let reader: Int32
    let writer: Int32
    private let queue = DispatchQueue(label: "pipe")

    init() {
        // Writing to a pipe without a reader is to be an error, as in the daemon.
        signal(SIGPIPE, SIG_IGN)
        var ends: [Int32] = [-1, -1]
        pipe(&ends)
        (reader, writer) = (ends[0], ends[1])
    }

    deinit {
        close(reader)
        close(writer)
    }

    /// How much it holds.
    var unread: Int {
        var count: Int32 = 0
        return ioctl(reader, UInt(FIONREAD), &count) == 0 ? Int(count) : -1
    }

    /// Has `action` called once there is something to read.
    func onArrival(_ action: @escaping @Sendable () -> Void) {
        queue.async {
            var arrival = pollfd(fd: self.reader, events: Int16(POLLIN), revents: 0)
            poll(&arrival, 1, 20_000)
            action()
        }
    }

    /// The next `count` bytes, once they are there; fewer where 20 seconds pass without any.
    func read(_ count: Int) async -> [UInt8] {
        await reading(count).first { _ in true } ?? []
    }

    /// The same, read from now on.
    func reading(_ count: Int) -> AsyncStream<[UInt8]> {
        let (stream, read) = AsyncStream<[UInt8]>.makeStream()
        queue.async { read.yield(self.readBlocking(count)) }
        return stream
    }

    private func readBlocking(_ count: Int) -> [UInt8] {
        var read: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while read.count < count {
            var arrival = pollfd(fd: reader, events: Int16(POLLIN), revents: 0)
            guard poll(&arrival, 1, 20_000) == 1 else { break }
            let got = Glibc.read(reader, &buffer, min(buffer.count, count - read.count))
            guard got > 0 else { break }
            read += buffer[..<got]
        }
        return read
    }
}
