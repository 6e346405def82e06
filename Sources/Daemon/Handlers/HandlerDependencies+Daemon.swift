import AWS
import HTTP
import HTTPTransport
import HandlerLibrary
import Logging
import MessageHandling
import SQS
import SubscriberConfiguration

extension HandlerSet {
    /// The handlers of a daemon, to begin with none.
    ///
    /// - Parameter bodies: where bodies are written; nil for where this process writes them.
    init(
        _ setup: Daemon.Setup, connection: ServiceConnection, logger: Logger,
        bodies: (any BodyOutput)? = nil
    ) {
        var daemon = HandlerDependencies(setup, connection, logger)
        if let bodies { daemon.bodies = bodies }
        self.init { [daemon] settings in
            settings.kind.settings.makeHandler(
                HandlerIdentity(
                    name: settings.name, queue: settings.queue.name,
                    concurrency: settings.concurrency), daemon)
        }
    }
}

extension HandlerDependencies {
    fileprivate init(
        _ setup: Daemon.Setup, _ connection: ServiceConnection, _ logger: Logger
    ) {
        self.init(
            environment: setup.environment, credentials: connection.handlerCredentials,
            lambda: LambdaDependencies(
                logger: logger,
                credentials: {
                    [credentials = connection.credentials] () async throws(CredentialError) in
                    try await credentials.credentials()
                },
                digests: { MessageDigests.of($0) }, defaultRegion: connection.region),
            transport: { [environment = setup.environment] settings in
                OwnedTransport(
                    try NIOTransport.Options(settings, environment: environment),
                    eventLoop: NetworkThread.shared.loop)
            },
            // Where two have one name, the later one counts, as in a dictionary.
            swiftHandlers: Dictionary(
                setup.swiftHandlers.map { ($0.name, $0.handler) }, uniquingKeysWith: { $1 }),
            bodies: BodyOutputs.standard(environment: setup.environment))
    }
}

extension NIOTransport.Options {
    /// How long an unused connection to an endpoint is kept. Application servers close theirs after
    /// a few seconds (gunicorn after 2 s), and a message that is posted as they do loses a receive,
    /// and a second.
    private static let unusedTime = Duration.seconds(1)

    fileprivate init(_ settings: HTTPSettings, environment: [String: String]) throws {
        self.init()
        connectionsPerHost = settings.connections
        connectTimeout = settings.connectTimeout
        inactivityTimeout = settings.inactivityTimeout
        idleTimeout = Self.unusedTime
        // Of an answer's body its beginning is told where it is a failure, so none is too large.
        keepsBodies = false
        startLimit = RunDetail.outputMaximum
        certificateAuthorities = settings.certificateAuthorities
        proxies = try ProxySettings(environment: environment)
        if let certificate = settings.clientCertificate, let key = settings.clientKey {
            identity = try ClientIdentity(certificateFile: certificate, keyFile: key)
        }
    }
}
