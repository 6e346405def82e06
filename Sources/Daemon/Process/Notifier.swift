import Glibc
package import Logging
import Synchronization
package import Systemd

/// Tells the service manager what is going on, and the log when it cannot be told.
///
/// What says in which state the service is, is kept until the service manager has taken it: one
/// that misses a `READY=1` would end a service that works.
package final class Notifier: Sendable {
    private let manager: ServiceManager
    private let logger: Logger
    private let state = Mutex(State())

    private struct State {
        /// The notifications in the order in which they came about.
        var unsent: [ServiceNotification] = []
        /// What the service manager shows; nil where that is not known.
        var status: String?
        var isFailing = false
    }

    package init(manager: ServiceManager, logger: Logger) {
        self.manager = manager
        self.logger = logger
    }

    var serviceManager: ServiceManager { manager }

    /// Something that the service manager need not know later on.
    func send(_ notification: ServiceNotification) {
        state.withLock { state in
            _ = tell(&state) { (manager) throws(ServiceManagerError) in
                try manager.notify(notification)
            }
        }
    }

    /// A state of the service, with a status that is shown from the same moment on. One that cannot
    /// be told is told again by ``refresh(status:)``.
    package func enter(_ notification: ServiceNotification, status: String) {
        state.withLock { state in
            state.unsent.append(notification)
            flush(&state, status: status)
        }
    }

    /// Sent only if it says something new: an idle daemon is silent.
    package func refresh(status: String) {
        state.withLock { state in
            if state.unsent.isEmpty {
                if state.status != status { show(status, &state) }
            } else {
                flush(&state, status: status)
            }
        }
    }

    /// The start failed, for good.
    func failed(_ status: ExitStatus, reason: String) {
        logger.critical(
            "\(reason)", metadata: ["event_id": .string(EventID.startFailed.rawValue)])
        enter(.failure(errno: status.errno), status: reason)
    }

    private func show(_ status: String, _ state: inout State) {
        let isTold = tell(&state) { (manager) throws(ServiceManagerError) in
            try manager.notify(.status(status))
        }
        state.status = isTold ? status : nil
    }

    private func flush(_ state: inout State, status: String) {
        while let next = state.unsent.first {
            let isTold = tell(&state) { (manager) throws(ServiceManagerError) in
                try manager.notify(next, .status(status))
            }
            state.status = isTold ? status : nil
            guard isTold else { return }
            state.unsent.removeFirst()
        }
    }

    /// Whether it was told. One line says that it fails, and one that it does again.
    private func tell(
        _ state: inout State, _ body: (ServiceManager) throws(ServiceManagerError) -> Void
    ) -> Bool {
        do {
            try body(manager)
            if state.isFailing { logger.notice("The service manager can be told again") }
            state.isFailing = false
            return true
        } catch {
            if !state.isFailing {
                logger.warning(
                    "The service manager could not be told: \(error); it is tried every 5 s")
            }
            state.isFailing = true
            return false
        }
    }
}

extension ExitStatus {
    /// The nearest errno, for `systemctl status`.
    var errno: Int32 {
        switch self {
        case .success: 0
        case .invalidData: EBADMSG
        case .inputMissing: ENOENT
        case .unavailable: ENOKEY
        case .software: EPROTO
        case .cannotCreate: EIO
        case .temporary: EAGAIN
        case .denied: EACCES
        case .configuration: EINVAL
        }
    }
}
