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
            let kind = handler.kind.settings
            guard let problem = kind.program(daemonEnvironment: environment)?.fileProblem else {
                return nil
            }
            let values = configuration.provenance.handlers[handler.name]
            let key = type(of: kind).place.child(problem.key)
            let origin = values?[key]?.origin ?? .standard
            return ConfigurationWarning(origin: origin, problem: "`\(key)`: \(problem.reason)")
        }
    }
}
