import Glibc

/// A TCP port of 127.0.0.1 where nothing listens, and which nobody else gets until this is gone.
package final class ClosedPort {
    package let number: Int
    private let holder: Int32

    /// Throws the system's error where no port is to be had.
    package init() throws(SystemError) {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        // Bound and no more: without a listener, a connection is refused.
        let isBound = withUnsafeMutablePointer(to: &address) { address in
            address.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 && getsockname(descriptor, $0, &length) == 0
            }
        }
        guard isBound else {
            let error = SystemError(number: errno)
            close(descriptor)
            throw error
        }
        holder = descriptor
        number = Int(UInt16(bigEndian: address.sin_port))
    }

    deinit {
        close(holder)
    }

    package struct SystemError: Error {
        package var number: Int32
    }
}
