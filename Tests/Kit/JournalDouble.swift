import Dispatch
import Glibc
import Synchronization

/// A socket in the place of journald's, which reads when a test wants it to.
///
/// It waits on a thread of its own: what is tested blocks those of Swift.
package final class JournalDouble: Sendable {
    package let path: String
    private let descriptor: Mutex<Int32>
    private let queue = DispatchQueue(label: "journal double")

    package init() throws {
        path = "/tmp/journal-double-\(getpid())-\(UInt32.random(in: 0 ... .max)).socket"
        let made = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | O_CLOEXEC, 0)
        guard made >= 0 else { throw DatagramReceiver.Failure(call: "socket", code: errno) }
        descriptor = Mutex(made)
        var peer = sockaddr_un()
        peer.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &peer.sun_path) { $0.copyBytes(from: path.utf8) }
        let bound = withUnsafePointer(to: peer) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(made, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard bound == 0 else { throw DatagramReceiver.Failure(call: "bind", code: errno) }
    }

    deinit {
        closeSocket()
        unlink(path)
    }

    /// Throws away what was not read. The file stays, as that of a stopped systemd socket does.
    package func closeSocket() {
        descriptor.withLock { descriptor in
            if descriptor >= 0 { close(descriptor) }
            descriptor = -1
        }
    }

    /// Closes the socket when something has arrived in it, which is not read.
    package func closeSocketOnArrival() {
        queue.async {
            _ = self.hasArrival()
            self.closeSocket()
        }
    }

    /// The next datagram, once there is one; nil after 20 seconds without.
    package func read() async -> [UInt8]? {
        await read(count: 1).first
    }

    /// The next so many datagrams that are not empty, or are where one is asked for; fewer when 20
    /// seconds pass without one.
    package func read(count: Int) async -> [[UInt8]] {
        await reading(count: count).first { _ in true } ?? []
    }

    /// The same, read from now on.
    package func reading(count: Int) -> AsyncStream<[[UInt8]]> {
        let (stream, found) = AsyncStream<[[UInt8]]>.makeStream()
        queue.async {
            var read: [[UInt8]] = []
            while read.count < count, let datagram = self.next() {
                if !datagram.isEmpty || count == 1 { read.append(datagram) }
            }
            found.yield(read)
        }
        return stream
    }

    private func hasArrival() -> Bool {
        let descriptor = descriptor.withLock { $0 }
        var arrival = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&arrival, 1, 20_000) == 1
    }

    private func next() -> [UInt8]? {
        guard hasArrival() else { return nil }
        let descriptor = descriptor.withLock { $0 }
        var buffer = [UInt8](repeating: 0, count: 1 << 20)
        let count = recv(descriptor, &buffer, buffer.count, Int32(MSG_DONTWAIT))
        return count < 0 ? nil : Array(buffer[..<count])
    }
}
