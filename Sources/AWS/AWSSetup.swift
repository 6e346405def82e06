/// One reading of the AWS files, and what follows from it and the environment.
struct AWSSetup: Sendable {
    let config: SharedConfig
    let choice: ProfileChoice
    let profile: Profile
    let regions: RegionResolver
    let endpoints: EndpointResolver
    /// Whether SQS is a server on this machine.
    let isLocal: Bool

    /// - Throws: when a file cannot be read or parsed, or a named profile does not exist.
    init(settings: AWSSettings, dependencies: AWSDependencies) throws(SettingError) {
        let environment = dependencies.environment
        config = try SharedConfig(environment: environment, readFile: dependencies.readFile)
        choice = ProfileChoice(explicit: settings.profile, environment: environment)
        profile = try choice.profile(in: config)
        endpoints = EndpointResolver(
            settings: settings, environment: environment, config: config, profile: profile)
        isLocal = try endpoints.isLocal(.sqs)
        regions = RegionResolver(
            explicit: settings.region, environment: environment, profile: profile,
            metadata: InstanceMetadata(
                environment: environment, profile: profile, transport: dependencies.transport),
            standard: isLocal ? .ofLocalServers : nil)
    }

    /// The endpoint in the region of the program, whatever regions its queues are in.
    func stsEndpoint() async throws(SettingError) -> Endpoint {
        try endpoints.endpoint(for: .sts, in: await regions.region())
    }
}
