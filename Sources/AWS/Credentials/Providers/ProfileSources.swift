/// The providers that a profile can lead to, made from one reading of the files.
struct ProfileSources: Sendable {
    let config: SharedConfig
    let dependencies: AWSDependencies
    let sts: STSClient
    /// The profile that was chosen.
    let profile: Profile

    /// What botocore asks for a profile other than for its role, in botocore's order.
    ///
    /// - Parameter environment: whose web identity variables count; empty for none.
    func providers(of profile: Profile, environment: Environment) -> [any CredentialProvider] {
        [
            WebIdentityProvider(
                environment: environment, profile: profile, readFile: dependencies.readFile,
                sts: sts),
            InteractiveLoginProvider(.identityCenter, profile: profile),
            StaticProfileProvider.inCredentialsFile(profile.name, config),
            InteractiveLoginProvider(.consoleLogin, profile: profile),
            ProcessProvider(profile: profile, runner: dependencies.processRunner),
            StaticProfileProvider.inConfigFile(profile.name, config),
        ]
    }

    var environment: EnvironmentProvider {
        EnvironmentProvider(environment: dependencies.environment)
    }

    var container: ContainerProvider {
        ContainerProvider(
            environment: dependencies.environment, transport: dependencies.transport,
            readFile: dependencies.readFile)
    }

    var instanceMetadata: InstanceMetadataProvider {
        InstanceMetadataProvider(
            metadata: InstanceMetadata(
                environment: dependencies.environment, profile: profile,
                transport: dependencies.transport),
            now: dependencies.now)
    }
}
