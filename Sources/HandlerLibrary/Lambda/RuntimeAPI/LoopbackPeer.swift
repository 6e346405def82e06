private import Glibc
internal import HTTP

/// Who is at the other end of a loopback connection.
///
/// The Runtime API knows no secret: whoever connects to a function's port is taken for the
/// function, and would be given messages. The kernel's tables of connections say which user a
/// socket belongs to, proc_net(5).
package enum LoopbackPeer {
    /// A dual-stack socket (Java's, .NET's) is in the second, though it speaks IPv4.
    private static let tables = ["/proc/net/tcp", "/proc/net/tcp6"]
    /// 127.0.0.1 as the kernel writes it, a number in the machine's byte order, and the same in an
    /// IPv6 address.
    private static let addresses: [String] = {
        let loopback = field(UInt64(UInt32(0x7F00_0001).bigEndian), digits: 8)
        let mapped = field(UInt64(UInt32(0x0000_FFFF).bigEndian), digits: 8)
        return [loopback, "0000000000000000\(mapped)\(loopback)"]
    }()

    /// Whether the socket that is connected from `port` to our `ownPort` on 127.0.0.1 belongs to
    /// the user of this process. True where the kernel's tables cannot be read.
    static func isOwn(port: Int, ownPort: Int) -> Bool {
        let readable = tables.compactMap { FileContent.read($0, atMost: .max) }
        guard !readable.isEmpty else { return true }
        return readable.contains { owner(port: port, ownPort: ownPort, table: $0) == geteuid() }
    }

    /// - Parameter table: as `/proc/net/tcp` has it. A busy machine's has thousands of rows.
    /// - Returns: the user id; `nil` when there is no such connection.
    package static func owner(port: Int, ownPort: Int, table: [UInt8]) -> UInt32? {
        for address in addresses {
            let local = "\(address):\(field(UInt64(port), digits: 4))"
            let remote = "\(address):\(field(UInt64(ownPort), digits: 4))"
            guard let end = table.end(of: " \(local) \(remote) ") else { continue }
            // The state, the queues, the timer and the retransmits come before the user.
            let rest = table[end...].prefix { $0 != UInt8(ascii: "\n") }
            let fields = rest.split(separator: UInt8(ascii: " "))
            if fields.count > 4 { return UInt32(String(decoding: fields[4], as: UTF8.self)) }
        }
        return nil
    }

    /// A number as the tables have it, in upper case.
    private static func field(_ number: UInt64, digits: Int) -> String {
        String(hexadecimal: number, digits: digits).uppercased()
    }
}

extension [UInt8] {
    /// The index after the first occurrence of the text. For what holds no NUL.
    fileprivate func end(of text: String) -> Int? {
        (self + [0]).withUnsafeBytes { bytes in
            bytes.withMemoryRebound(to: CChar.self) { characters in
                guard let start = characters.baseAddress, let found = strstr(start, text) else {
                    return nil
                }
                return UnsafePointer(found) - start + text.utf8.count
            }
        }
    }
}
