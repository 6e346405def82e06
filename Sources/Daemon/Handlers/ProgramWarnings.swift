import HandlerLibrary
package import Settings
package import SubscriberConfiguration

/// What `check` says of the programs that handlers start.
package enum ProgramWarnings {
    /// A warning for each handler whose program could not be started here, as far as files tell:
    /// program, interpreter, working directory. Nothing is started.
    ///
    /// Looked at as the user who asks, which need not be the one whom the service runs as.
    ///
    /// - Parameter environment: the daemon's; programs are looked up in its `PATH`.
    package static func of(
        _ configuration: Configuration, environment: [String: String]
    ) -> [ConfigurationWarning] {
        configuration.subscriptions.flatMap(\.handlers).compactMap { handler in
            guard let (table, program) = program(of: handler.kind, environment),
                let problem = program.fileProblem
            else { return nil }
            let values = configuration.provenance.handlers[handler.name]
            let key = SettingKey([table, problem.key])
            let origin = values?[key]?.origin ?? .standard
            return ConfigurationWarning(origin: origin, problem: "`\(key)`: \(problem.reason)")
        }
    }

    private static func program(
        of kind: ChosenKind, _ environment: [String: String]
    ) -> (table: String, HandlerLibrary.ExecSettings)? {
        switch kind.settings {
        case let exec as SubscriberConfiguration.ExecSettings:
            ("exec", .init(exec, daemonEnvironment: environment))
        case let lambda as SubscriberConfiguration.LambdaSettings:
            ("lambda", .init(lambda, daemonEnvironment: environment))
        default: nil
        }
    }
}

extension HandlerLibrary.ExecSettings {
    init(
        _ settings: SubscriberConfiguration.ExecSettings, daemonEnvironment: [String: String]
    ) {
        self.init(
            command: settings.command, input: Input(rawValue: settings.input.rawValue) ?? .body,
            workingDirectory: settings.workingDirectory, environment: settings.environment,
            timeout: settings.timeout, maxOutput: settings.maxOutput,
            limits: ProgramLimits(niceness: settings.niceness, memory: settings.memoryLimit),
            rejectStatuses: Set(settings.rejectStatuses.map { Int32($0) }),
            daemonEnvironment: daemonEnvironment)
    }

    /// How a process of the function is started.
    init(
        _ settings: SubscriberConfiguration.LambdaSettings, daemonEnvironment: [String: String]
    ) {
        self.init(
            command: settings.command, workingDirectory: settings.workingDirectory,
            environment: settings.environment, timeout: settings.timeout,
            daemonEnvironment: daemonEnvironment)
    }
}
