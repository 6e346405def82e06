package import AWS
import HandlerLibrary
package import MessageHandling
package import SubscriberConfiguration

/// Makes the handler that a configuration file describes.
package struct HandlerFactory: Sendable {
    /// The daemon's environment; a program inherits only what `HandlerLibrary` allows.
    private let environment: [String: String]
    private let transport: any Transport
    /// By the names they were registered with.
    private let swiftHandlers: [String: any MessageHandler]

    package init(
        environment: [String: String], transport: any Transport,
        swiftHandlers: [SwiftHandler] = []
    ) {
        self.environment = environment
        self.transport = transport
        // Where two have one name, the later one counts, as in a dictionary.
        self.swiftHandlers = Dictionary(
            swiftHandlers.map { ($0.name, $0.handler) }, uniquingKeysWith: { $1 })
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
        case .swift(let settings):
            TimeLimitedHandler(
                swiftHandlers[settings.handler] ?? UnregisteredHandler(name: settings.handler),
                timeout: settings.timeout)
        }
    }
}

/// Stands for a handler that the program does not have. The configuration is checked against the
/// registrations, so none is ever made of a valid one; a message that met it would come back.
private struct UnregisteredHandler: MessageHandler {
    let name: String

    func handle(_ message: Message, context: HandlerContext) async throws -> Outcome {
        throw HandlerUnavailable("the program has no handler with the name \(name)")
    }
}
