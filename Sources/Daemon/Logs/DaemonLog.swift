import Glibc
package import Logging
import Synchronization
package import Systemd

/// The log of a daemon, which is written by a thread of its own: what reads the log may stop, and
/// the daemon goes on.
package enum DaemonLog {
    /// How long the end of the process waits for what is still queued: enough for a reader that is
    /// merely busy, and little beside systemd's own patience with a stop.
    private static let flushPatience = Duration.seconds(2)

    /// The queue of the process, since the logging system is one for all of it.
    private static let queue = Mutex<LogQueue?>(nil)
    private static let threshold = LogThreshold(.info)

    /// Makes every logger of the process write there. To be called once.
    ///
    /// However the process exits, what is queued is written first, within 2 s. A crash loses it.
    package static func bootstrap(_ destination: LogDestination, level: Logger.Level) {
        let queue = LogQueue { loss in report(loss, to: destination) }
        self.queue.withLock { $0 = queue }
        threshold.level = level
        atexit { DaemonLog.flush() }
        LoggingSystem.bootstrap {
            SubjectLogHandler(
                destination.makeHandler(label: $0, level: level, queue: queue),
                showsFields: destination != .journal, threshold: threshold)
        }
    }

    /// The level from which on every logger of the process logs.
    static var level: Logger.Level { threshold.level }

    /// Has every logger of the process log from another level on.
    static func setLevel(_ level: Logger.Level) {
        threshold.level = level
    }

    private static func flush() {
        let queue = queue.withLock { $0 }
        queue?.flush(within: flushPatience)
    }

    /// Past the logging system, which knows no failure.
    /// - Returns: whether it was taken.
    private static func report(_ loss: LogLoss, to destination: LogDestination) -> Bool {
        let reader =
            switch destination {
            case .journal, .text(.journalStream): "systemctl status systemd-journald"
            case .text: "what reads this terminal or pipe"
            }
        let reason =
            switch loss.cause {
            case .unread: "nobody read"
            case .refused: "nobody took entries"
            }
        return destination.write(
            """
            \(loss.count == 1 ? "1 log entry was" : "\(loss.count) log entries were") lost between \
            \(loss.since) and \(loss.until), for \(reason): look at \(reader)
            """,
            level: .warning,
            metadata: [
                "event_id": .string(EventID.logLost.rawValue),
                "lost": .stringConvertible(loss.count),
            ])
    }
}
