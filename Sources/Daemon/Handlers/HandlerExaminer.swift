package import HandlerLibrary
import MessageHandling
import SubscriberConfiguration

/// Asks handlers whether they could work, as the daemon does before it risks a message on one that
/// could not a moment ago: a program is started and ended before it can do anything, an endpoint is
/// connected to, a function's process is started until it asks for work.
package struct HandlerExaminer: Sendable {
    private let setup: Daemon.Setup
    private let connection: ServiceConnection
    private let bodies: any BodyOutput

    /// - Parameter bodies: where `[journal]` would write.
    package init(
        setup: Daemon.Setup, connection: ServiceConnection, bodies: any BodyOutput
    ) {
        self.setup = setup
        self.connection = connection
        self.bodies = bodies
    }

    /// What is in the way of each handler that could not work, by its name.
    package func troubles() async -> [String: String] {
        var handlers = HandlerSet(
            setup, connection: connection, logger: setup.logger, bodies: bodies)
        let settings = setup.configuration.subscriptions.flatMap(\.handlers)
        let made = settings.map { ($0.name, handlers.handler(for: $0)) }
        let troubles = await withTaskGroup(of: (String, String?).self) { group in
            for (name, handler) in made {
                group.addTask { (name, await Self.trouble(of: handler)) }
            }
            return await group.reduce(into: [String: String]()) { $0[$1.0] = $1.1 }
        }
        await handlers.shutDown()
        return troubles
    }

    private static func trouble(of handler: any Handler) async -> String? {
        do throws(HandlerUnavailable) {
            try await handler.checkAvailability()
            return nil
        } catch {
            return error.description
        }
    }
}
