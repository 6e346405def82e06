internal import Logging
package import MessageHandling

/// Runs a program for each message: the body on its stdin, the rest in its environment, its output
/// in the log, its exit status the outcome.
///
/// One process per message, started without a shell, in a process group of its own. The program
/// gets stdin, stdout, stderr and the environment that ``ExecSettings`` names, and nothing else of
/// the daemon. When its time is over, or the task is cancelled, its group is terminated.
package struct ExecHandler: MessageHandler {
    private let settings: ExecSettings
    /// What is wrong with the settings, for every message the same.
    private let problems: [String]
    private let environment: MessageEnvironment
    private let limits: ChildLimits

    /// Looks at no file: a program may be installed after the daemon has started.
    package init(_ settings: ExecSettings) {
        self.settings = settings
        self.problems = settings.problems
        self.environment = MessageEnvironment(settings, limit: EnvironmentBlock.kernelLimit())
        self.limits = ChildLimits(timeout: settings.timeout, killGrace: settings.killGrace)
    }

    /// - Throws: `HandlerUnavailable` when the program cannot be started, with what to do about
    ///   it; `CancellationError` when the task is cancelled before the start.
    package func handle(_ message: Message, context: HandlerContext) async throws -> Outcome {
        try Task.checkCancellation()
        let launch = try launch(for: message, logger: context.logger)
        let ending: ChildEnding
        do {
            let output = OutputLog(logger: context.logger, limit: settings.maxOutput)
            ending = try await ChildProcess.run(launch, limits: limits, output: output).ending
        } catch {
            throw HandlerUnavailable(
                StartDiagnosis.text(
                    of: error, program: launch.program,
                    workingDirectory: settings.workingDirectory))
        }
        if ending.leftProcessesBehind {
            context.logger.warning(
                """
                the program ended and left processes behind that held its output open for \
                \(ChildLimits.outputGrace); they were killed. Redirect the output of what is to \
                go on in the background
                """)
        }
        let verdict = ExecOutcome.verdict(of: ending, limits: limits)
        if let reason = verdict.reason { context.logger.warning("\(reason)") }
        return verdict.outcome
    }

    private func launch(for message: Message, logger: Logger) throws -> ChildLaunch {
        guard let name = settings.command.first, problems.isEmpty else {
            throw HandlerUnavailable(problems.joined(separator: "; "))
        }
        let searchPath = settings.environment["PATH"] ?? settings.inheritedEnvironment["PATH"]
        guard let program = ProgramPath.resolve(name, searchPath: searchPath) else {
            throw HandlerUnavailable(StartDiagnosis.notFound(name, searchPath: searchPath))
        }
        let block = environment.block(for: message)
        if !block.omitted.isEmpty {
            let list = block.omitted.map { "\($0.name) (\($0.why.text))" }
            logger.warning(
                """
                the program was started without \(list.joined(separator: ", ")); \
                \(MessageEnvironment.omittedName) tells it which
                """)
        }
        return ChildLaunch(
            program: program, arguments: settings.command, environment: block.strings,
            workingDirectory: settings.workingDirectory, input: message.body)
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
