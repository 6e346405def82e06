/// The standard search, in botocore's order:
///
/// 1. credentials given to the program itself;
/// 2. environment: `AWS_ACCESS_KEY_ID` …, unless a profile was given to the program (flag or
///    configuration; `AWS_PROFILE` does not count here: the keys go before it);
/// 3. the profile's `role_arn` with `source_profile` or `credential_source`;
/// 4. web identity: `AWS_WEB_IDENTITY_TOKEN_FILE` … (unless a profile was given to the program), or
///    the profile's `web_identity_token_file`;
/// 5. the profile's IAM Identity Center settings (an error here, see ``InteractiveLoginProvider``);
/// 6. the profile's keys in the `credentials` file;
/// 7. the profile's `login_session` (an error here);
/// 8. the profile's `credential_process`;
/// 9. the profile's keys in the `config` file;
/// 10. the container endpoint;
/// 11. the EC2 instance metadata service, version 2;
/// 12. any, where SQS is a server on this machine.
///
/// The profile is the one given to the program, else `AWS_DEFAULT_PROFILE`, else `AWS_PROFILE`,
/// else `default`; one that was named must exist, whatever else is set. The first source that is
/// set up decides: when it fails, the search ends. Left out of botocore's list are the files of
/// Boto 2 and of the EC2 command line tools of 2012.
///
/// Every look-up reads the files anew, so that rotated keys are found; ``CredentialCache`` sees to
/// it that look-ups are rare.
package struct StandardCredentialProvider: CredentialProvider {
    private let settings: AWSSettings
    private let dependencies: AWSDependencies

    package init(settings: AWSSettings, dependencies: AWSDependencies) {
        self.settings = settings
        self.dependencies = dependencies
    }

    package func lookUp() async throws(CredentialError) -> CredentialLookup {
        if let credentials = settings.credentials { return .found(credentials) }
        let providers: [any CredentialProvider]
        do {
            providers = try self.providers()
        } catch {
            throw CredentialError(error)
        }
        let (found, absences) = try await CredentialChain(providers).search()
        if let found { return .found(found) }
        throw CredentialError(
            .missing,
            "no AWS credentials. Tried: \(absences.joined(separator: "; ")). Set AWS_ACCESS_KEY_ID "
                + "and AWS_SECRET_ACCESS_KEY, name a profile with AWS_PROFILE, or give the machine "
                + "a role.", absences: absences)
    }

    private func providers() throws(SettingError) -> [any CredentialProvider] {
        let setup = try AWSSetup(settings: settings, dependencies: dependencies)
        let sources = ProfileSources(
            config: setup.config, dependencies: dependencies,
            sts: STSClient(
                transport: dependencies.transport, now: dependencies.now,
                endpoint: setup.stsEndpoint), profile: setup.profile)
        var providers: [any CredentialProvider] = []
        if !setup.choice.isExplicit { providers.append(sources.environment) }
        providers.append(AssumeRoleProvider(profileName: setup.choice.name, sources: sources))
        providers += sources.providers(
            of: setup.profile,
            environment: setup.choice.isExplicit ? [:] : dependencies.environment)
        providers.append(sources.container)
        providers.append(sources.instanceMetadata)
        if setup.isLocal { providers.append(LocalServerProvider()) }
        return providers
    }
}
