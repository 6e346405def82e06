/// One thing that a service tells its service manager. Source: sd_notify(3).
package enum ServiceNotification: Sendable, Equatable {
    /// Start-up, or the reload that was announced, is complete.
    case ready
    /// What is going on, in one line, for `systemctl status`. Control characters, line breaks among
    /// them, become spaces; text beyond ``statusBytes`` is cut.
    case status(String)
    /// The service is on its way to a clean end.
    case stopping
    /// A reload has begun; `.ready` must follow. Carries `MONOTONIC_USEC` of the moment it is sent
    /// in the same datagram, without which systemd takes it for an answer to an older request.
    case reloading
    /// Proof of life.
    case watchdog
    /// The present start or stop needs up to this long from now, and is making progress.
    case extendTimeout(Duration)
    /// The `errno` value that the service failed with.
    case failure(errno: Int32)

    /// The longest status text, in bytes. A datagram of 4096 bytes has room for it beside
    /// everything else, and nobody reads more in one line.
    package static let statusBytes = 1024

    /// The assignments for the datagram, one on a line.
    func assignments(monotonicMicroseconds: UInt64) -> String {
        switch self {
        case .ready: "READY=1"
        case .status(let text): "STATUS=" + Self.singleLine(text)
        case .stopping: "STOPPING=1"
        case .reloading: "RELOADING=1\nMONOTONIC_USEC=\(monotonicMicroseconds)"
        case .watchdog: "WATCHDOG=1"
        case .extendTimeout(let time): "EXTEND_TIMEOUT_USEC=\(time.wholeMicroseconds)"
        case .failure(let code): "ERRNO=\(code)"
        }
    }

    /// A line break would end the assignment and begin another of the text's choosing.
    private static func singleLine(_ text: String) -> String {
        var line = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            line.append(scalar.isControlOrFormat ? " " : scalar)
        }
        return String(line).cut(toBytes: statusBytes)
    }
}
