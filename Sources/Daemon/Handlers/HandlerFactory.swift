package import AWS
import HTTP
import HTTPTransport
package import HandlerLibrary
package import Logging
package import MessageHandling
import SQS
package import SubscriberConfiguration

/// Makes the handler that a configuration file describes.
package struct HandlerFactory: Sendable {
    /// What handlers need of the daemon.
    package struct Dependencies: Sendable {
        /// The daemon's environment; a program inherits only what `HandlerLibrary` allows.
        package var environment: [String: String]
        package var credentials: CredentialCache
        /// For the programs that ask for them.
        package var handlerCredentials: HandlerCredentials
        package var region: String
        /// For what a handler says that is not about one message.
        package var logger: Logger
        /// Those of the program, by the names they were registered with.
        package var swiftHandlers: [String: any MessageHandler]
        /// Of the handlers that write bodies out: one for all, since all write to the same place.
        package var bodies: any BodyOutput

        package init(
            environment: [String: String], connection: ServiceConnection, logger: Logger,
            swiftHandlers: [SwiftHandler] = []
        ) {
            self.environment = environment
            bodies = BodyOutputs.standard(environment: environment)
            self.logger = logger
            // Where two have one name, the later one counts, as in a dictionary.
            self.swiftHandlers = Dictionary(
                swiftHandlers.map { ($0.name, $0.handler) }, uniquingKeysWith: { $1 })
            credentials = connection.credentials
            handlerCredentials = connection.handlerCredentials
            region = connection.region
        }
    }

    /// How long an unused connection to an endpoint is kept. Application servers close theirs after
    /// a few seconds (gunicorn after 2 s), and a message that is posted as they do loses a receive,
    /// and a second.
    static let idleTimeout = Duration.seconds(1)

    private let dependencies: Dependencies

    package init(_ dependencies: Dependencies) {
        self.dependencies = dependencies
    }

    package func makeHandler(_ settings: HandlerSettings) -> any Handler {
        switch settings.kind {
        case .exec(let exec):
            ExecHandler(
                HandlerLibrary.ExecSettings(exec, daemonEnvironment: dependencies.environment),
                credentials: exec.getsCredentials ? dependencies.handlerCredentials : nil)
        case .http(let http):
            makeHTTPHandler(http)
        case .lambda(let lambda):
            makeLambda(lambda, of: settings)
        case .journal:
            JournalHandler(dependencies.bodies)
        case .swift(let swift):
            makeSwiftHandler(swift)
        }
    }

    private func makeSwiftHandler(_ swift: SwiftHandlerSettings) -> any Handler {
        guard let handler = dependencies.swiftHandlers[swift.handler] else {
            return UnavailableHandler("the program has no handler \(swift.handler)")
        }
        return TimeLimitedHandler(handler, timeout: swift.timeout)
    }

    private func makeLambda(
        _ lambda: SubscriberConfiguration.LambdaSettings, of settings: HandlerSettings
    ) -> LambdaHandler {
        var logger = dependencies.logger
        logger[metadataKey: "queue"] = .string(settings.queue.name)
        logger[metadataKey: "handler"] = .string(settings.name)
        let program = HandlerLibrary.ExecSettings(
            lambda, daemonEnvironment: dependencies.environment)
        return LambdaHandler(
            HandlerLibrary.LambdaSettings(
                functionName: lambda.functionName ?? HeaderText.name(settings.name),
                program: program, concurrency: settings.concurrency, batchSize: lambda.batchSize,
                batchWindow: lambda.batchWindow,
                reportsBatchItemFailures: lambda.reportsBatchItemFailures,
                passesCredentials: lambda.passesCredentials),
            LambdaDependencies(
                logger: logger,
                credentials: {
                    [credentials = dependencies.credentials] () async throws(CredentialError) in
                    try await credentials.credentials()
                },
                digests: { $0.digests ?? MessageDigests.of($0) },
                defaultRegion: dependencies.region))
    }
}

extension HandlerFactory {
    /// With connections of its own, which end with the handler. Its files are read now; the next
    /// reload reads them again.
    private func makeHTTPHandler(
        _ settings: SubscriberConfiguration.HTTPHandlerSettings
    ) -> any Handler {
        do {
            return HTTPHandler(
                HandlerLibrary.HTTPHandlerSettings(settings),
                signature: try settings.signatureKeyFile.map { try MessageSignature(keyFile: $0) },
                transport: OwnedTransport(try AsyncHTTPTransport.Options(settings)))
        } catch {
            return UnavailableHandler("\(error); mend it, then reload")
        }
    }
}

extension AsyncHTTPTransport.Options {
    fileprivate init(_ settings: SubscriberConfiguration.HTTPHandlerSettings) throws {
        self.init()
        connectionsPerHost = settings.connections
        connectTimeout = settings.connectTimeout
        inactivityTimeout = settings.inactivityTimeout
        idleTimeout = HandlerFactory.idleTimeout
        // Of an answer's body its beginning is told where it is a failure, so none is too large.
        keepsBodies = false
        startLimit = RunDetail.outputMaximum
        certificateAuthorities = settings.certificateAuthorities
        if let certificate = settings.clientCertificate, let key = settings.clientKey {
            identity = try ClientIdentity(certificateFile: certificate, keyFile: key)
        }
    }
}

extension HandlerLibrary.HTTPHandlerSettings {
    fileprivate init(_ settings: SubscriberConfiguration.HTTPHandlerSettings) {
        self.init(
            url: settings.target.url, timeout: settings.timeout,
            contentType: settings.contentType, userAgent: settings.userAgent,
            headers: settings.headers,
            statuses: StatusPolicy(
                onlyOKIsDone: settings.onlyOKIsDone, rejected: Set(settings.rejectStatuses),
                errorDelay: settings.errorDelay),
            postsToTaskPath: settings.postsToTaskPath)
    }
}
