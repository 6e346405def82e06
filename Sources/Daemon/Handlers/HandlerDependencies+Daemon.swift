import AWS
import HTTP
import HTTPTransport
package import HandlerLibrary
package import Logging
package import MessageHandling
import SQS
package import SubscriberConfiguration

extension HandlerDependencies {
    package init(
        environment: [String: String], connection: ServiceConnection, logger: Logger,
        swiftHandlers: [SwiftHandler] = []
    ) {
        self.init(
            environment: environment, credentials: connection.handlerCredentials,
            lambda: LambdaDependencies(
                logger: logger,
                credentials: {
                    [credentials = connection.credentials] () async throws(CredentialError) in
                    try await credentials.credentials()
                },
                digests: { MessageDigests.of($0) }, defaultRegion: connection.region),
            transport: { OwnedTransport(try AsyncHTTPTransport.Options($0)) },
            // Where two have one name, the later one counts, as in a dictionary.
            swiftHandlers: Dictionary(
                swiftHandlers.map { ($0.name, $0.handler) }, uniquingKeysWith: { $1 }),
            bodies: BodyOutputs.standard(environment: environment))
    }
}

extension HandlerSettings {
    /// Makes the handler that a configuration file describes.
    package func makeHandler(_ daemon: HandlerDependencies) -> any Handler {
        kind.settings.makeHandler(
            HandlerIdentity(name: name, queue: queue.name, concurrency: common.concurrency), daemon)
    }
}

extension AsyncHTTPTransport.Options {
    /// How long an unused connection to an endpoint is kept. Application servers close theirs after
    /// a few seconds (gunicorn after 2 s), and a message that is posted as they do loses a receive,
    /// and a second.
    private static let unusedTime = Duration.seconds(1)

    fileprivate init(_ settings: HTTPSettings) throws {
        self.init()
        connectionsPerHost = settings.connections
        connectTimeout = settings.connectTimeout
        inactivityTimeout = settings.inactivityTimeout
        idleTimeout = Self.unusedTime
        // Of an answer's body its beginning is told where it is a failure, so none is too large.
        keepsBodies = false
        startLimit = RunDetail.outputMaximum
        certificateAuthorities = settings.certificateAuthorities
        if let certificate = settings.clientCertificate, let key = settings.clientKey {
            identity = try ClientIdentity(certificateFile: certificate, keyFile: key)
        }
    }
}
