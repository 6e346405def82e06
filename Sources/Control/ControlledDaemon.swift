import JSON

/// What the control socket asks the daemon, and tells it. Every call may come at any time, several
/// at once, until the server has been closed.
package protocol ControlledDaemon: Sendable {
    /// What is wrong with the process itself, as its watchdog judges; nil where nothing is. May not
    /// return at all where something is stuck.
    func fault() async -> String?
    func status() async -> StatusReport
    /// Writes the metrics, of a report and of what can be read without waiting for anything.
    func metrics(of report: StatusReport) -> MetricsText
    /// Reads the configuration again. Returns when the new one is in force, or was refused.
    func reload() async -> ReloadOutcome
    /// Receives nothing from these queues from now on. What runs finishes, what waits is released.
    /// Returns when that has begun.
    ///
    /// - Parameter persisting: over a restart, too.
    func pause(_ choice: QueueChoice, persisting: Bool) async -> PauseOutcome
    /// Serves these queues again.
    func resume(_ choice: QueueChoice) async -> PauseOutcome
    /// The least severe level that is logged.
    var logLevel: String { get }
    /// Holds until the next reload.
    func setLogLevel(_ name: String) async -> LogLevelOutcome
}

/// What became of a reload.
package enum ReloadOutcome: Sendable, Equatable {
    /// The new configuration is in force. The warnings are about what is allowed but probably not
    /// meant.
    case reloaded(warnings: [String])
    /// The old one stays in force; one text for each thing that is wrong with the new one.
    case refused(errors: [String])
    /// The daemon ends.
    case stopping
}

/// What became of a wish to log more, or less.
package enum LogLevelOutcome: Sendable, Equatable {
    case set
    /// There is no such level.
    case unknown
    /// The daemon ends.
    case stopping
}

/// What became of a wish to pause queues, or to resume them.
package enum PauseOutcome: Sendable, Equatable {
    /// The names of the queues.
    case changed([String])
    /// A queue is none of the daemon's: nothing was done. The reason names those there are.
    case unknown(String)
    /// It was not done, or not as it was to be, and why.
    case refused(String)
    /// The daemon ends.
    case stopping
}

extension ControlAnswer {
    static let stopping = ControlAnswer(503, error: "the daemon stops")

    /// 200, 422 or 503.
    init(_ outcome: ReloadOutcome) {
        switch outcome {
        case .reloaded(let warnings):
            self.init(200) { $0.member("warnings", warnings) }
        case .refused(let errors):
            self.init(422) { json in
                json.member(
                    "error", "the configuration is invalid, and the old one stays in force")
                json.member("errors", errors)
            }
        case .stopping: self = .stopping
        }
    }

    /// 200, 404, 409 or 503.
    init(_ outcome: PauseOutcome) {
        switch outcome {
        case .changed(let names): self.init(200) { $0.member("queues", names) }
        case .unknown(let reason): self.init(404, error: reason)
        case .refused(let reason): self.init(409, error: reason)
        case .stopping: self = .stopping
        }
    }
}
