/// Everything about AWS that a program needs to know before its first request, from one reading of
/// environment and files: what the daemon and the command line begin with.
///
/// Region and endpoint stay as they were read until a new context is made (at a reload);
/// credentials follow the files.
package struct AWSContext: Sendable {
    /// One per process: all clients share it.
    package let credentials: CredentialCache
    private let setup: AWSSetup
    private let provider: StandardCredentialProvider
    private let sts: STSClient

    /// Reads the AWS files; sends nothing.
    ///
    /// - Parameter report: told about changes of the credentials, for the log.
    /// - Throws: when a file cannot be read or parsed, or a named profile does not exist.
    package init(
        settings: AWSSettings = AWSSettings(), dependencies: AWSDependencies,
        report: @escaping @Sendable (CredentialCache.Event) -> Void = { _ in }
    ) throws(SettingError) {
        let setup = try AWSSetup(settings: settings, dependencies: dependencies)
        self.setup = setup
        sts = STSClient(
            transport: dependencies.transport, now: dependencies.now,
            endpoint: { () async throws(SettingError) in try await setup.stsEndpoint() })
        provider = StandardCredentialProvider(settings: settings, dependencies: dependencies)
        credentials = CredentialCache(
            provider: provider, now: dependencies.now, clock: dependencies.clock,
            random: dependencies.random, report: report)
    }

    /// Asks the sources of credentials once, now, past the cache: to see whether they are set up.
    package func lookUpCredentials() async throws(CredentialError) -> CredentialLookup {
        try await provider.lookUp()
    }

    /// Asks STS whose credentials these are: the ARN of a user or of a role's session.
    package func callerIdentity(of credentials: Credentials) async throws(CredentialError) -> String
    {
        try await sts.callerIdentity(with: credentials)
    }

    /// See ``RegionResolver`` for the order.
    ///
    /// - Parameter queue: a queue's name, URL or ARN. May ask the instance metadata service.
    package func region(forQueue queue: String? = nil) async throws(SettingError) -> Region {
        try await setup.regions.region(forQueue: queue)
    }

    /// See ``EndpointResolver`` for the order. Sends nothing.
    package func endpoint(
        for service: AWSService, in region: Region
    ) throws(SettingError) -> Endpoint {
        try setup.endpoints.endpoint(for: service, in: region)
    }

    /// Where SQS is reached for that queue.
    package func sqsEndpoint(forQueue queue: String? = nil) async throws(SettingError) -> Endpoint {
        try endpoint(for: .sqs, in: await region(forQueue: queue))
    }
}
