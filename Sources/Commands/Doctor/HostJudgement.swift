/// What of this machine concerns the daemon.
package struct HostFacts: Sendable {
    /// Where journald keeps what it is told.
    package enum Journal: Sendable {
        case persistent
        /// Kept in memory: a restart of the machine loses it.
        case volatile
        /// No journald runs here.
        case absent
    }

    /// The unit as systemd has it.
    package enum Unit: Sendable, Equatable {
        /// systemd does not run here, or does not answer.
        case noSystemd
        case missing
        /// `UnitFileState` and `ActiveState`, systemctl(1).
        case installed(fileState: String, activeState: String)
    }

    package var unitName = ServiceUnit.standardName
    package var unit: Unit
    package var journal: Journal
    /// The hard limit of open files that the daemon has, getrlimit(2).
    package var descriptors: UInt64
    package var slots: Int
    package var queues: Int
    /// Nil where nothing is kept.
    package var stateDirectory: String?
    /// What is in the way of using it.
    package var stateProblem: String?

    package init(
        unit: Unit, journal: Journal, descriptors: UInt64, slots: Int, queues: Int,
        stateDirectory: String? = nil, stateProblem: String? = nil
    ) {
        self.unit = unit
        self.journal = journal
        self.descriptors = descriptors
        self.slots = slots
        self.queues = queues
        self.stateDirectory = stateDirectory
        self.stateProblem = stateProblem
    }
}

/// The judgement of the machine: the unit, the journal, the limits and the state directory.
package struct HostJudgement {
    /// A program that runs has three pipes and a descriptor of its process.
    private static let perSlot: UInt64 = 4
    /// The receives, deletes and changes of visibility that are out at once for a queue.
    private static let perQueue: UInt64 = 16
    /// Libraries, sockets of the log, timers, the state directory.
    private static let own: UInt64 = 64

    private let facts: HostFacts

    package init(_ facts: HostFacts) {
        self.facts = facts
    }

    package var diagnoses: [Diagnosis] { [unit, journal, descriptors, state] }

    private var unit: Diagnosis {
        let name = facts.unitName
        switch facts.unit {
        case .noSystemd: return .unknown("unit", "systemd does not run here")
        case .missing:
            return .warning(
                "unit", "\(name) is not installed",
                remedy: "install the package, and run systemctl daemon-reload")
        case .installed(let fileState, let activeState):
            if activeState == "failed" {
                return .failure(
                    "unit", "\(name) has failed", remedy: "see systemctl status \(name)")
            }
            guard ["enabled", "enabled-runtime", "static", "generated"].contains(fileState) else {
                return .warning(
                    "unit", "\(name) is \(fileState): it is not started with the machine",
                    remedy: "systemctl enable \(name)")
            }
            return .ok("unit", "\(name) is \(fileState) and \(activeState)")
        }
    }

    private var journal: Diagnosis {
        switch facts.journal {
        case .persistent: .ok("journal", "kept on disk")
        case .absent: .unknown("journal", "journald does not run here")
        case .volatile:
            .warning(
                "journal", "kept in memory: a restart of the machine loses it",
                remedy: "mkdir /var/log/journal and systemctl restart systemd-journald, or "
                    + "Storage=persistent in journald.conf")
        }
    }

    private var descriptors: Diagnosis {
        let needed =
            UInt64(facts.slots) * Self.perSlot + UInt64(facts.queues) * Self.perQueue + Self.own
        let text = "\(facts.descriptors) may be open, \(needed) are needed"
        return facts.descriptors < needed
            ? .warning(
                "descriptors",
                text + " for slots = \(facts.slots): programs and connections will fail",
                remedy: "set LimitNOFILE= in the unit, or lower slots")
            : .ok("descriptors", text)
    }

    private var state: Diagnosis {
        guard let directory = facts.stateDirectory else {
            return .warning(
                "state directory",
                "none: what was handled and not deleted yet is forgotten at a restart, and "
                    + "handled again",
                remedy: "set state_directory, or StateDirectory= in the unit")
        }
        return facts.stateProblem.map {
            .warning("state directory", $0, remedy: "make it writable for the daemon's user")
        } ?? .ok("state directory", directory)
    }
}
