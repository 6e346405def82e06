import Dispatch
import Glibc

/// A real AF_UNIX datagram socket that listens where a service manager would.
package final class DatagramReceiver: Sendable {
    /// What `NOTIFY_SOCKET` would say.
    package let address: String
    private let descriptor: Int32
    private let queue = DispatchQueue(label: "datagram receiver")

    package struct Failure: Error {
        package let call: String
        package let code: Int32

        package init(call: String, code: Int32) {
            self.call = call
            self.code = code
        }
    }

    /// - Parameter isAbstract: in the abstract namespace rather than in the file system.
    package init(isAbstract: Bool) throws {
        let name = "/tmp/systemd-tests-\(getpid())-\(UInt32.random(in: 0 ... .max)).socket"
        address = isAbstract ? "@" + name.dropFirst() : name
        descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | O_CLOEXEC, 0)
        guard descriptor >= 0 else { throw Failure(call: "socket", code: errno) }
        var patience = timeval(tv_sec: 20, tv_usec: 0)
        setsockopt(
            descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience,
            socklen_t(MemoryLayout<timeval>.size))
        var peer = sockaddr_un()
        peer.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &peer.sun_path) { path in
            path.copyBytes(from: name.utf8)
            if isAbstract {
                path[0] = 0
            }
        }
        let length = MemoryLayout.offset(of: \sockaddr_un.sun_path).map {
            $0 + name.utf8.count + (isAbstract ? 0 : 1)
        }
        let bound = withUnsafePointer(to: peer) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(length ?? 0))
            }
        }
        guard bound == 0 else { throw Failure(call: "bind", code: errno) }
    }

    deinit {
        close(descriptor)
        if address.hasPrefix("/") {
            unlink(address)
        }
    }

    /// The next datagram. Fails after 20 seconds without one.
    package func next() async throws -> String {
        try await withCheckedThrowingContinuation { continuation in
            queue.async {
                continuation.resume(with: Result { try self.receive(flags: 0) })
            }
        }
    }

    /// The datagrams that have arrived and were not read.
    package func waiting() -> [String] {
        var datagrams: [String] = []
        while let datagram = try? receive(flags: Int32(MSG_DONTWAIT)) {
            datagrams.append(datagram)
        }
        return datagrams
    }

    private func receive(flags: Int32) throws -> String {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let count = recv(descriptor, &buffer, buffer.count, flags)
        guard count >= 0 else { throw Failure(call: "recv", code: errno) }
        return String(decoding: buffer[..<count], as: UTF8.self)
    }
}
