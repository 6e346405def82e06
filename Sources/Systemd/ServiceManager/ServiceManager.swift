import CSystemd
import Glibc

/// The service manager that started this process: what it asked for, and the way to tell it things.
///
/// Built once from the environment, which it reads and never changes: the caller keeps
/// `NOTIFY_SOCKET`, `WATCHDOG_USEC` and `WATCHDOG_PID` out of the environment of children.
/// Without `NOTIFY_SOCKET` (a terminal, a container) every call succeeds and does nothing;
/// ``isSupervised`` says which it is. Source: sd_notify(3), sd_watchdog_enabled(3).
package struct ServiceManager: Sendable {
    /// systemd drops a datagram longer than this (`NOTIFY_BUFFER_MAX`, one `PIPE_BUF`).
    package static let messageBytes = 4096
    /// The longest a call waits for room in systemd's queue. systemd reads it in milliseconds;
    /// one that does not for a second is in trouble that waiting does not mend.
    package static let sendTimeout = Duration.seconds(1)

    private let socket: String?
    /// Nil without a service manager.
    private let sender: NotifySocket?
    /// `WatchdogSec=` of the unit: systemd kills the service when it hears no `WATCHDOG=1` for this
    /// long. `nil` when the unit sets none, or when the variable was meant for another process.
    let watchdogTimeout: Duration?

    /// - Parameters:
    ///   - environment: the environment this process was started with.
    ///   - processID: this process, to compare `WATCHDOG_PID` with.
    ///   - sendTimeout: how long a call may wait; tests shorten it.
    package init(
        environment: [String: String], processID: Int32 = getpid(),
        sendTimeout: Duration = ServiceManager.sendTimeout
    ) {
        let address = environment["NOTIFY_SOCKET"] ?? ""
        socket = address.isEmpty ? nil : address
        sender = address.isEmpty ? nil : NotifySocket(timeout: sendTimeout)
        watchdogTimeout = Self.watchdogTimeout(environment, processID: processID)
    }

    /// Whether a service manager listens. `false` makes every notification a no-op.
    package var isSupervised: Bool { socket != nil }

    /// How often to send ``ServiceNotification/watchdog``: half the timeout, as
    /// sd_watchdog_enabled(3) recommends. `nil` when nobody waits for it.
    package var watchdogInterval: Duration? {
        isSupervised ? watchdogTimeout.map { $0 / 2 } : nil
    }

    /// Tells the service manager all of these at once, in one datagram, so that it acts on them
    /// together: `notify(.ready, .status("serving 3 queues"))`.
    ///
    /// Returns when the kernel took the datagram, not when systemd read it. Waits one second at
    /// most. A failure is no reason to end, but one for a log line; for `.ready` and `.watchdog`
    /// it means that systemd will soon stop the service, so the caller tries again.
    package func notify(_ notifications: ServiceNotification...) throws(ServiceManagerError) {
        guard let socket, let sender else { return }
        let message = Array(
            notifications.map { $0.assignments(monotonicMicroseconds: sqs_monotonic_usec()) }
                .joined(separator: "\n").utf8)
        guard message.count <= Self.messageBytes else {
            throw ServiceManagerError(socket: socket, code: EMSGSIZE)
        }
        let result = sender.send(message, to: socket)
        guard result == 0 else { throw ServiceManagerError(socket: socket, code: -result) }
    }

    private static func watchdogTimeout(
        _ environment: [String: String], processID: Int32
    ) -> Duration? {
        if let intended = environment["WATCHDOG_PID"], intended != String(processID) {
            return nil
        }
        guard let microseconds = environment["WATCHDOG_USEC"].flatMap({ Int64($0) }),
            microseconds > 0
        else { return nil }
        return .microseconds(microseconds)
    }
}
