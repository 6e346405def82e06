package import AWS
import HandlerLibrary
package import MessageHandling
package import SubscriberConfiguration

/// Makes the handler that a configuration file describes.
package struct HandlerFactory: Sendable {
    /// The daemon's environment; a program inherits only what `HandlerLibrary` allows.
    private let environment: [String: String]
    private let transport: any Transport

    package init(environment: [String: String], transport: any Transport) {
        self.environment = environment
        self.transport = transport
    }

    package func makeHandler(_ kind: HandlerKind) -> any MessageHandler {
        switch kind {
        case .exec(let settings):
            ExecHandler(
                HandlerLibrary.ExecSettings(
                    command: settings.command, workingDirectory: settings.workingDirectory,
                    environment: settings.environment, timeout: settings.timeout,
                    maxOutput: settings.maxOutput, daemonEnvironment: environment))
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
