internal import Logging
package import MessageHandling

/// Runs a program for each message: the body on its stdin, the rest in its environment, its output
/// in the log, its exit status the outcome.
///
/// One process per message, started without a shell, in a process group of its own. The program
/// gets stdin, stdout, stderr, the file of `{body_file}` where it asks for it, and the environment
/// that ``ExecSettings`` names, and nothing else of the daemon. When its time is over, or the task
/// is cancelled, its group is terminated.
package struct ExecHandler: Handler {
    private let settings: ExecSettings
    private let program: Program
    private let arguments: ProgramArguments
    private let environment: MessageEnvironment
    private let credentials: HandlerCredentials?
    private let limits: ChildLimits

    /// Looks at no file: a program may be installed after the daemon has started.
    ///
    /// - Parameter credentials: `nil`: the program gets none.
    package init(_ settings: ExecSettings, credentials: HandlerCredentials? = nil) {
        self.settings = settings
        self.program = settings.program
        self.arguments = ProgramArguments(settings.command)
        self.environment = MessageEnvironment(settings, limit: EnvironmentBlock.kernelLimit())
        self.credentials = credentials
        self.limits = ChildLimits(timeout: settings.timeout, killGrace: settings.killGrace)
    }

    /// How the run ended goes into the notes, and is not logged.
    ///
    /// - Throws: `HandlerUnavailable` when the program cannot be started, with what to do about
    ///   it: nothing of it has run then. `CancellationError` when the task is cancelled before the
    ///   start.
    package func handle(_ message: Message, context: HandlerContext) async throws -> HandlerResult {
        try Task.checkCancellation()
        let launch: ChildLaunch
        do {
            launch = try await self.launch(for: message, logger: context.logger)
        } catch let unfit as ProgramArguments.Unfit {
            return .reject(reason: unfit.reason)
        }
        let ending: ChildEnding
        let output: OutputLog
        do {
            (ending, output) = try await ChildProcess.run(
                launch, limits: limits,
                output: OutputLog(logger: context.logger, limit: settings.maxOutput),
                deadline: context.cancellationDeadline)
        } catch {
            let reason = StartDiagnosis.text(of: error, launch, searchPath: program.searchPath)
            guard error.mayHaveRun else { throw HandlerUnavailable(reason) }
            context.notes.change { $0.ending = "killed, as it cannot be watched: \(reason)" }
            return .retry()
        }
        if let cause = MissedStart.cause(of: ending, output.tail, launch, program.searchPath) {
            throw HandlerUnavailable(cause)
        }
        return outcome(of: ending, output.tail, context)
    }

    /// Looks whether the credentials are there, and has the kernel start the program, which is
    /// ended before it can do anything.
    package func checkAvailability() async throws(HandlerUnavailable) {
        if let credentials {
            do {
                _ = try await credentials.variables()
            } catch let error as HandlerUnavailable {
                throw error
            } catch {
                // Cancelled: nobody wants to know any more.
                return
            }
        }
        try program.check()
    }

    private func outcome(
        of ending: ChildEnding, _ tail: OutputTail, _ context: HandlerContext
    ) -> HandlerResult {
        let result = ExecResult(ending: ending, memoryKills: { OutOfMemory.kills })
        if let leftovers = result.leftovers { context.logger.warning("\(leftovers)") }
        let finding = ExecOutcome.finding(
            of: ending, limits: limits, rejectStatuses: settings.rejectStatuses)
        let fields = result.fields
        guard finding.reason != nil else {
            context.notes.change { $0.fields = fields }
            return finding.result
        }
        let clause = finding.ending.map { $0 + result.hint }
        let output = tail.text
        context.notes.change { $0 = RunDetail(ending: clause, output: output, fields: fields) }
        return finding.result
    }
}

extension ExecHandler {
    private func launch(for message: Message, logger: Logger) async throws -> ChildLaunch {
        let path = try program.path()
        let arguments = try arguments.list(for: message)
        let block = environment.block(
            for: message, arguments: arguments,
            credentials: try await credentials?.variables() ?? [:])
        if block.isOverfull, arguments != settings.command {
            throw ProgramArguments.Unfit(
                reason: "the arguments of the program would be larger than the kernel allows")
        }
        report(block.omitted, to: logger)
        return ChildLaunch(
            program: path, arguments: arguments, environment: block.strings,
            workingDirectory: settings.workingDirectory, input: input(for: message),
            file: self.arguments.namesBodyFile ? message.body : nil, limits: settings.limits)
    }

    private func input(for message: Message) -> String? {
        switch settings.input {
        case .body: message.body
        case .json: MessageJSON.text(message)
        case .none: nil
        }
    }

    private func report(
        _ omitted: [(name: String, why: EnvironmentBlock.Omission)], to logger: Logger
    ) {
        guard !omitted.isEmpty else { return }
        let list = omitted.map { "\($0.name) (\($0.why.text))" }
        logger.warning(
            """
            the program was started without \(list.joined(separator: ", ")); \
            \(MessageEnvironment.omittedName) tells it which
            """)
    }
}

extension EnvironmentBlock.Omission {
    fileprivate var text: String {
        switch self {
        case .containsNUL: "it contains a NUL"
        case .tooLong: "it is longer than the kernel's \(EnvironmentBlock.stringLimit) bytes"
        case .noRoom: "the environment is full"
        }
    }
}
