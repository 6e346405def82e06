import Glibc
import Logging
import Synchronization
import Systemd

/// Tells the service manager what is going on, and the log when it cannot be told.
final class Notifier: Sendable {
    private let manager: ServiceManager
    private let logger: Logger
    private let lastStatus = Mutex("")

    init(manager: ServiceManager, logger: Logger) {
        self.manager = manager
        self.logger = logger
    }

    var serviceManager: ServiceManager { manager }

    func send(_ notification: ServiceNotification) {
        send { (manager) throws(ServiceManagerError) in try manager.notify(notification) }
    }

    /// With a status that is shown from the same moment on.
    func send(_ notification: ServiceNotification, status: String) {
        lastStatus.withLock { $0 = status }
        send { (manager) throws(ServiceManagerError) in
            try manager.notify(notification, .status(status))
        }
    }

    /// Sent only if it says something new: an idle daemon is silent.
    func refresh(status: String) {
        let isNew = lastStatus.withLock { last in
            defer { last = status }
            return last != status
        }
        if isNew { send(.status(status)) }
    }

    /// The start failed, for good.
    func failed(_ status: ExitStatus, reason: String) {
        logger.critical(
            "\(reason)", metadata: ["event_id": .string(EventID.startFailed.rawValue)])
        send(.failure(errno: status.errno), status: reason)
    }

    private func send(_ body: (ServiceManager) throws(ServiceManagerError) -> Void) {
        do {
            try body(manager)
        } catch {
            logger.warning("The service manager could not be told: \(error)")
        }
    }
}

extension ExitStatus {
    /// The nearest errno, for `systemctl status`.
    fileprivate var errno: Int32 {
        switch self {
        case .success: 0
        case .invalidData: EBADMSG
        case .queueMissing: ENOENT
        case .unavailable: ENOKEY
        case .software: EPROTO
        case .temporary: EAGAIN
        case .denied: EACCES
        case .configuration: EINVAL
        }
    }
}
