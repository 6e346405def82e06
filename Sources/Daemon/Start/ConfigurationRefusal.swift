import Logging
package import Settings
package import Systemd

/// A start that an invalid configuration prevents, told as every failed start is: to the service
/// manager, and in the log as an entry of its own for each problem.
///
/// For the time before there is a ``DaemonLog``, whose level the configuration says: entries are
/// written at once.
package struct ConfigurationRefusal: Sendable {
    private let errors: ConfigurationErrors
    private let destination: LogDestination

    package init(_ errors: ConfigurationErrors, destination: LogDestination) {
        self.errors = errors
        self.destination = destination
    }

    /// Whether a service's log is where it is told, rather than a person's terminal or a file.
    package var isLogged: Bool {
        switch destination {
        case .journal, .text(.journalStream): true
        case .text(.plain), .text(.coloured): false
        }
    }

    /// The status that systemd shows from now on.
    package func notify(environment: [String: String]) {
        let first = errors.errors.first.map { ": \($0)" } ?? ""
        // One that cannot be told sees the exit status.
        try? ServiceManager(environment: environment).notify(
            .failure(errno: ExitStatus.configuration.errno), .status("\(headline)\(first)"))
    }

    package func log() {
        let logger = Logger(label: "sqs-subscriber") {
            SubjectLogHandler(
                destination.makeHandler(label: $0, level: .info),
                showsFields: destination != .journal)
        }
        let metadata: Logger.Metadata = ["event_id": .string(EventID.startFailed.rawValue)]
        for warning in errors.warnings { logger.warning("\(warning)") }
        logger.critical(
            "\(headline); sqs-subscriber check shows what is wrong as well", metadata: metadata)
        // Last, for systemctl status shows the last lines.
        for error in errors.errors { logger.error("\(error)", metadata: metadata) }
    }

    private var headline: String {
        "Cannot start, the configuration is invalid (\(errors.errors.count.counted("error")))"
    }
}
