private import Glibc

/// Who is at the other end of a loopback connection.
///
/// The Runtime API knows no secret: whoever connects to a function's port is taken for the
/// function, and would be given messages. The kernel's tables of connections say which user a
/// socket belongs to, proc_net(5).
package enum LoopbackPeer {
    /// A dual-stack socket (Java's, .NET's) is in the second, though it speaks IPv4.
    private static let tables = ["/proc/net/tcp", "/proc/net/tcp6"]
    /// 127.0.0.1 as the kernel writes it: a number in the machine's byte order.
    private static let loopback = UInt32(0x7F00_0001).bigEndian

    /// Whether the socket that is connected from `port` to our `ownPort` on 127.0.0.1 belongs to
    /// the user of this process. True where the kernel's tables cannot be read.
    static func isOwn(port: Int, ownPort: Int) -> Bool {
        let readable = tables.compactMap(read)
        guard !readable.isEmpty else { return true }
        return readable.contains { owner(port: port, ownPort: ownPort, table: $0) == geteuid() }
    }

    /// - Parameter table: as `/proc/net/tcp` has it.
    /// - Returns: the user id; `nil` when there is no such connection.
    package static func owner(port: Int, ownPort: Int, table: String) -> UInt32? {
        let address = hexadecimal(Int(loopback), digits: 8)
        let local = "\(address):\(hexadecimal(port, digits: 4))"
        let remote = "\(address):\(hexadecimal(ownPort, digits: 4))"
        for row in table.split(separator: "\n").dropFirst() where row.contains(local) {
            let fields = row.split(separator: " ")
            if fields.count > 7, fields[1].hasSuffix(local), fields[2].hasSuffix(remote) {
                return UInt32(fields[7])
            }
        }
        return nil
    }

    private static func hexadecimal(_ number: Int, digits: Int) -> String {
        let text = String(number, radix: 16, uppercase: true)
        return String(repeating: "0", count: max(0, digits - text.utf8.count)) + text
    }

    /// The whole file; its size is not known before.
    private static func read(_ path: String) -> String? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var content: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { break }
            content += buffer[..<count]
        }
        return String(decoding: content, as: UTF8.self)
    }
}
