package import HandlerLibrary
package import Settings
package import SubscriberConfiguration

/// What `check` says of the files that handlers need.
package enum FileWarnings {
    /// A warning for each handler that could not work, as far as files tell: program, interpreter,
    /// script, working directory, socket. Nothing is started. Looked at as the user of this
    /// process.
    ///
    /// - Parameter place: where the daemon is to run; programs are looked up in its `PATH`.
    package static func of(
        _ configuration: Configuration, at place: DaemonPlace
    ) -> [ConfigurationWarning] {
        configuration.subscriptions.flatMap(\.handlers).flatMap {
            of($0, in: configuration, at: place)
        }
    }

    /// A warning for each file that keeps this handler from working.
    package static func of(
        _ handler: HandlerSettings, in configuration: Configuration, at place: DaemonPlace
    ) -> [ConfigurationWarning] {
        let kind = handler.kind.settings
        return kind.fileProblems(at: place).map { problem in
            let values = configuration.provenance.handlers[handler.name]
            let key = type(of: kind).place.child(problem.key)
            return ConfigurationWarning(
                origin: values?[key]?.origin ?? .standard,
                problem: "`\(key)`: \(problem.reason)")
        }
    }

    /// What is in the way of the state directory that the configuration names.
    package static func ofState(_ configuration: Configuration) -> ConfigurationWarning? {
        configuration.stateDirectory.flatMap(StateDirectory.problem).map {
            ConfigurationWarning(
                origin: configuration.provenance.origin(of: "state_directory"),
                problem: "`state_directory`: \($0); what was handled and not deleted yet would be "
                    + "remembered in memory only")
        }
    }
}
