package import AWS
package import Logging
package import MessageHandling

/// What a Lambda function needs of the daemon, besides its settings.
package struct LambdaDependencies: Sendable {
    package typealias CredentialSource = @Sendable () async throws(CredentialError) -> Credentials

    /// The logger for what is not about one message: the output of a process that works on several.
    package var logger: Logger
    /// The daemon's credentials; asked only where the settings pass them on.
    package var credentials: CredentialSource
    /// Computes the digests of a message, which its event carries, where SQS did not send them.
    package var digests: @Sendable (Message) -> ContentDigests
    /// The region of a queue that does not say its own.
    package var defaultRegion: String

    package init(
        logger: Logger, credentials: @escaping CredentialSource,
        digests: @escaping @Sendable (Message) -> ContentDigests, defaultRegion: String
    ) {
        self.logger = logger
        self.credentials = credentials
        self.digests = digests
        self.defaultRegion = defaultRegion
    }
}
