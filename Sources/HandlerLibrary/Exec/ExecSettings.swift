package import MessageHandling
package import Settings

/// One process per message, started without a shell.
package struct ExecSettings: HandlerKind {
    /// What the program may read from its stdin.
    package enum Input: String, Sendable, CaseIterable {
        /// The body, byte for byte.
        case body
        /// The whole message as one JSON object, see ``MessageJSON``.
        case json
        /// Nothing: `/dev/null`.
        case none
    }

    /// The program and its arguments, which may have fields of the message in them; never empty.
    package var command: [String] = []
    package var input = Input.body
    /// The time from the start to SIGTERM.
    package var timeout: Duration = .seconds(300)
    /// The time from SIGTERM to SIGKILL; less where the lease of the message ends before. No key
    /// sets it: it is enough to roll back a transaction, and well within the 90 s that systemd
    /// gives the daemon's own stop.
    package var killGrace: Duration = .seconds(5)
    /// Exit statuses, 1 to 255, that reject the message.
    package var rejectStatuses = [Int(ExecOutcome.rejectStatus)]
    /// Absolute; nil = the daemon's own.
    package var workingDirectory: String?
    /// How many bytes of stdout and stderr together are logged for a message. What comes after is
    /// read and dropped.
    package var maxOutput = 1 << 20
    package var limits = ProgramLimits.none
    /// Whether the program gets the daemon's credentials.
    package var getsCredentials = false
    /// Set for the program in addition to, and before, what it inherits. The message's own
    /// variables are set over both.
    package var environment: [String: String] = [:]
    /// What the program inherits of the daemon, see ``InheritedEnvironment``. No key: the daemon
    /// sets it.
    package var inheritedEnvironment: [String: String] = [:]

    package init() {}

    /// The output of one process. What is logged is kept by the journal, which drops old entries
    /// for it.
    private static let outputLimit = 1 << 30
    /// What a small C program maps, to more than a machine has.
    private static let memoryLimits = (4 << 20)...(1 << 50)

    package static let table = KeyTable<ExecSettings>(
        "exec",
        """
        One process per message, started without a shell: the body on its standard input, the rest \
        in SQS_ variables. Exit status 0 = done, 65 = reject, every other = retry. It gets no \
        credential of the daemon, and of its environment only HOME, LANG, LANGUAGE, LC_*, LOGNAME, \
        PATH, SHELL, TMPDIR, TZ and USER.
        """,
        keys: [
            Key(
                required: "command", \.command, .command,
                example: ["/usr/local/bin/process-order", "--fast"],
                """
                The program, by its path or its name in PATH, and its arguments. An argument may \
                have fields of the message in it: {message_id}, {queue}, {queue_url}, \
                {receive_count}, {sent_timestamp}, {first_receive_timestamp}, {group}, \
                {attribute.NAME}, and {body_file}, a file that holds the body. Each stays one \
                argument, whatever the message holds; what it lacks is empty.
                """),
            Key(
                "stdin", \.input, .choice,
                """
                What the process reads: the body, the whole message as one JSON object (MessageId, \
                Body, Attributes, MessageAttributes, QueueName, QueueUrl), or nothing.
                """),
            Key(
                "timeout", \.timeout, .duration(.seconds(1)...KeyLimits.lease),
                "The process, with those it started, is ended after this."),
            Key(
                "reject_exit", \.rejectStatuses, .integers(1...255),
                "The exit statuses that reject the message: it is bad and will not get better."),
            Key(
                "working_directory", \.workingDirectory, .absolutePath, unset: "the daemon's",
                example: "/var/lib/orders", "Where the process starts."),
            Key(
                "max_output", \.maxOutput, .size(1024...outputLimit),
                "How much output of one process is logged; the rest is read and dropped."),
            Key(
                "nice", \.limits.niceness, .integer(0...19),
                "Added to the niceness of the daemon: the higher, the less processor time."),
            Key(
                "memory_max", \.limits.memory, .size(memoryLimits),
                unset: "the limit of the daemon", example: "1GiB",
                """
                The most address space of the process, and of each one it starts (RLIMIT_AS): what \
                it maps counts, used or not, and an allocation beyond it fails.
                """),
            Key(
                "aws_credentials", \.getsCredentials, .boolean,
                """
                Whether the process gets the daemon's current credentials and region, as the \
                variables that AWS SDKs read.
                """),
            Key(
                table: "environment", \.environment, example: ("LANG", "C.UTF-8"),
                about: "Variables for the process, besides those that the message gives it.",
                "The value of one variable; there can be any number of them.",
                check: VariableNames.problems),
        ])
}

extension ExecSettings {
    package var program: Program {
        Program(
            command: command, workingDirectory: workingDirectory, environment: environment,
            inheritedEnvironment: inheritedEnvironment, limits: limits)
    }

    package func makeHandler(
        _ identity: HandlerIdentity, _ daemon: HandlerDependencies
    ) -> any Handler {
        ExecHandler(
            inheriting(daemon.environment),
            credentials: getsCredentials ? daemon.credentials : nil)
    }

    package var timeLimit: Duration? { timeout }

    package func fileProblems(at place: DaemonPlace) -> [FileProblem] {
        inheriting(place.environment).program.fileProblems(at: place)
    }

    private func inheriting(_ environment: [String: String]) -> ExecSettings {
        var settings = self
        settings.inheritedEnvironment = InheritedEnvironment.passedDown(of: environment)
        return settings
    }
}
