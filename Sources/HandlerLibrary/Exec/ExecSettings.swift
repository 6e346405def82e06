internal import MessageHandling

/// What an `[exec]` table says: the program and how it is run.
package struct ExecSettings: Sendable, Equatable {
    /// The default of `timeout`. The Elastic Beanstalk worker daemon gives its workers 299 s.
    package static let defaultTimeout: Duration = .seconds(300)
    /// The default of `kill_grace`, the time from SIGTERM to SIGKILL: enough to roll back a
    /// transaction, and well within the 90 s that systemd gives the daemon's own stop.
    package static let defaultKillGrace: Duration = .seconds(5)
    /// The default of `max_output`: some thousand lines, which is more than anybody reads about
    /// one message.
    package static let defaultMaxOutput = 256 * 1024

    /// What a program may read from its stdin.
    package enum Input: String, Sendable, CaseIterable {
        /// The body, byte for byte.
        case body
        /// The whole message as one JSON object, see ``MessageJSON``.
        case json
        /// Nothing: `/dev/null`.
        case none
    }

    /// The program and its arguments, each one word to it. The program is an absolute path, or a
    /// name that is looked up in the `PATH` of its environment, anew for each message. The
    /// arguments may have fields of the message in them, see `MessageTemplate`.
    package var command: [String]
    package var input: Input
    /// Absolute. `nil`: the daemon's own.
    package var workingDirectory: String?
    /// Set for the program in addition to, and before, what it inherits. The message's own
    /// variables are set over both.
    package var environment: [String: String]
    /// The time from the start to SIGTERM.
    package var timeout: Duration
    /// The time from SIGTERM to SIGKILL; less where the lease of the message ends before.
    package var killGrace: Duration
    /// How many bytes of stdout and stderr together are logged for a message. What comes after is
    /// read and dropped.
    package var maxOutput: Int
    package var limits: ProgramLimits
    /// The exit statuses, 1 to 255, that say that the message is bad.
    package var rejectStatuses: Set<Int32>
    /// What the program inherits, see ``InheritedEnvironment``.
    package let inheritedEnvironment: [String: String]

    /// - Parameter daemonEnvironment: the whole environment of the daemon. Only what
    ///   ``InheritedEnvironment`` allows is passed down.
    package init(
        command: [String], input: Input = .body, workingDirectory: String? = nil,
        environment: [String: String] = [:],
        timeout: Duration = ExecSettings.defaultTimeout,
        killGrace: Duration = ExecSettings.defaultKillGrace,
        maxOutput: Int = ExecSettings.defaultMaxOutput, limits: ProgramLimits = .none,
        rejectStatuses: Set<Int32> = [ExecOutcome.rejectStatus],
        daemonEnvironment: [String: String]
    ) {
        self.command = command
        self.input = input
        self.workingDirectory = workingDirectory
        self.environment = environment
        self.timeout = timeout
        self.killGrace = killGrace
        self.maxOutput = maxOutput
        self.limits = limits
        self.rejectStatuses = rejectStatuses
        self.inheritedEnvironment = daemonEnvironment.filter {
            InheritedEnvironment.isPassedDown($0.key)
        }
    }

    /// Everything that keeps the settings from working on any machine, a sentence each, naming the
    /// key. Whether the program is there is found out when it is started.
    package var problems: [String] { startProblems + templateProblems }

    /// What keeps a program from starting whose arguments are taken as they are.
    var startProblems: [String] {
        var problems: [String] = []
        if command.first?.isEmpty ?? true {
            problems.append("`command` is empty; give the program and its arguments")
        }
        if let name = command.first, name.contains("/"), !name.hasPrefix("/") {
            problems.append(
                "`command` starts with the relative path '\(name)'; give an absolute path, or a "
                    + "name without / to look up in PATH")
        }
        if let workingDirectory, !workingDirectory.hasPrefix("/") {
            problems.append("`working_directory` '\(workingDirectory)' is not an absolute path")
        }
        if (command + [workingDirectory ?? ""]).contains(where: { $0.utf8.contains(0) }) {
            problems.append("`command` or `working_directory` has a NUL character")
        }
        for (name, value) in environment.sorted(by: { $0.key < $1.key })
        where name.isEmpty || name.contains("=") || "\(name)\(value)".utf8.contains(0) {
            problems.append(
                "`environment` cannot set '\(name)': a name is not empty and has no "
                    + "'=', and neither name nor value has a NUL character")
        }
        if timeout <= .zero { problems.append("`timeout` is not greater than zero") }
        if killGrace < .zero { problems.append("`kill_grace` is less than zero") }
        if maxOutput < 0 { problems.append("`max_output` is less than zero") }
        return problems
    }

    private var templateProblems: [String] {
        command.enumerated().compactMap { index, word in
            do throws(MessageTemplate.UnknownField) {
                let template = try MessageTemplate(word)
                guard index == 0, template.constant == nil else { return nil }
                return "`command` takes the program's name from the message; give its path"
            } catch {
                return "`command`: \(error)"
            }
        }
    }
}
