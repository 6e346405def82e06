package import HTTP
package import MessageHandling

/// The handler that is made of its settings.
package struct HandlerIdentity: Sendable {
    package let name: String
    /// The name of its queue.
    package let queue: String
    package let concurrency: Int

    package init(name: String, queue: String, concurrency: Int) {
        self.name = name
        self.queue = queue
        self.concurrency = concurrency
    }
}

/// What handlers need of the daemon.
package struct HandlerDependencies: Sendable {
    /// The daemon's environment; a program inherits only what ``InheritedEnvironment`` allows.
    package var environment: [String: String]
    /// The credentials for the programs that ask for them.
    package var credentials: HandlerCredentials
    package var lambda: LambdaDependencies
    /// Connections of a handler's own, as its settings say.
    package var transport: @Sendable (HTTPSettings) throws -> any Transport
    /// Those of the program, by the names they were registered with.
    package var swiftHandlers: [String: any MessageHandler]
    /// The output of the handlers that write bodies out: one for all, since all write to the same
    /// place.
    package var bodies: any BodyOutput

    package init(
        environment: [String: String], credentials: HandlerCredentials,
        lambda: LambdaDependencies,
        transport: @escaping @Sendable (HTTPSettings) throws -> any Transport,
        swiftHandlers: [String: any MessageHandler], bodies: any BodyOutput
    ) {
        self.environment = environment
        self.credentials = credentials
        self.lambda = lambda
        self.transport = transport
        self.swiftHandlers = swiftHandlers
        self.bodies = bodies
    }
}
