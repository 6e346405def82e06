package import AWS
package import HandlerLibrary
package import MessageHandling
package import SubscriberConfiguration

/// Makes the handler that a configuration file describes.
package struct HandlerFactory: Sendable {
    /// The daemon's environment; a program inherits only what `HandlerLibrary` allows.
    private let environment: [String: String]
    private let transport: any Transport
    /// For the handlers that ask for them.
    private let credentials: HandlerCredentials

    package init(
        environment: [String: String], transport: any Transport, credentials: HandlerCredentials
    ) {
        self.environment = environment
        self.transport = transport
        self.credentials = credentials
    }

    package func makeHandler(_ kind: HandlerKind) -> any MessageHandler {
        switch kind {
        case .exec(let settings):
            ExecHandler(
                HandlerLibrary.ExecSettings(settings, daemonEnvironment: environment),
                credentials: settings.getsCredentials ? credentials : nil)
        case .http(let settings):
            HTTPHandler(
                HandlerLibrary.HTTPHandlerSettings(
                    url: settings.url, timeout: settings.timeout,
                    contentType: settings.contentType),
                transport: transport)
        case .journal:
            JournalHandler()
        }
    }
}

extension HandlerLibrary.ExecSettings {
    fileprivate init(
        _ settings: SubscriberConfiguration.ExecSettings, daemonEnvironment: [String: String]
    ) {
        self.init(
            command: settings.command, input: Input(rawValue: settings.input) ?? .body,
            workingDirectory: settings.workingDirectory, environment: settings.environment,
            timeout: settings.timeout, maxOutput: settings.maxOutput,
            limits: ProgramLimits(niceness: settings.niceness, memory: settings.memoryLimit),
            rejectStatuses: Set(settings.rejectStatuses.map { Int32($0) }),
            daemonEnvironment: daemonEnvironment)
    }
}
