import Glibc

/// A notification did not reach the service manager.
package struct ServiceManagerError: Error, Equatable, CustomStringConvertible {
    /// The value of `NOTIFY_SOCKET`.
    package let socket: String
    /// The `errno` value that says why.
    package let code: Int32

    package var description: String {
        "cannot notify the service manager at NOTIFY_SOCKET=\(socket): "
            + "\(SystemError.text(code)); \(remedy)"
    }

    private var remedy: String {
        switch code {
        case EAFNOSUPPORT, ENAMETOOLONG:
            "expected an absolute path, or @ and an abstract name, of at most 107 bytes"
        case ENOENT, ECONNREFUSED:
            "nothing listens there: is the socket hidden by RootDirectory= or a container?"
        case EACCES, EPERM:
            "let this user and its sandbox reach the socket"
        case ETIMEDOUT:
            "the service manager does not read its socket"
        case EMSGSIZE:
            "at most \(ServiceManager.messageBytes) bytes fit into one notification"
        default:
            "set NotifyAccess=main in the unit, and look at what systemd logged"
        }
    }
}
