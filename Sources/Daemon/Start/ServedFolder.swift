import Glibc
import Logging

/// The mark that a daemon holds on the folder of its handlers while it runs, so that a second one
/// can tell: a lock that ends with the process, however that ends.
final class ServedFolder: Sendable {
    private let descriptor: Int32

    private init(descriptor: Int32) {
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    /// Marks the folder. Where another process of this machine has, warns, for whoever starts a
    /// daemon by hand beside the service. Nil then, and where the file system has no locks.
    static func mark(_ path: String, logger: Logger) -> ServedFolder? {
        let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        guard flock(descriptor, LOCK_EX | LOCK_NB) != 0 else {
            return ServedFolder(descriptor: descriptor)
        }
        if errno == EWOULDBLOCK {
            logger.warning(
                """
                another process on this machine serves the handlers in \(path) already, the \
                service perhaps: each message goes to one of the two
                """)
        }
        close(descriptor)
        return nil
    }
}
