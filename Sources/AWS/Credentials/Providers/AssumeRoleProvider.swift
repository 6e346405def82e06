/// `role_arn` of a profile, assumed with the credentials of its `source_profile` or
/// `credential_source`. The source may itself be a role (a chain); a chain that comes back to a
/// profile is an error.
package struct AssumeRoleProvider: CredentialProvider {
    private let profileName: String
    private let sources: ProfileSources

    init(profileName: String, sources: ProfileSources) {
        self.profileName = profileName
        self.sources = sources
    }

    package func lookUp() async throws(CredentialError) -> CredentialLookup {
        guard let profile = sources.config.profiles[profileName],
            let role = try RoleSettings(profile)
        else { return .absent("profile \"\(profileName)\": no role_arn") }
        return .found(try await assume(role, of: profileName, visited: [profileName]))
    }

    private func assume(
        _ role: RoleSettings, of profile: String, visited: [String]
    ) async throws(CredentialError) -> Credentials {
        let source: Credentials
        switch role.source {
        case .profile(let name):
            source = try await credentials(ofSource: name, for: profile, visited: visited)
        case .environment:
            source = try await required(sources.environment, for: profile)
        case .container:
            source = try await required(sources.container, for: profile)
        case .instanceMetadata:
            source = try await required(sources.instanceMetadata, for: profile)
        }
        return try await sources.sts.assumeRole(role.session, with: source)
    }

    private func credentials(
        ofSource name: String, for profile: String, visited: [String]
    ) async throws(CredentialError) -> Credentials {
        guard let source = sources.config.profiles[name] else {
            throw CredentialError(
                .misconfigured,
                "profile \"\(profile)\" has source_profile = \(name), which is not in "
                    + "\(sources.config.places).")
        }
        // A profile may be its own source for the keys that stand beside its role.
        let hasKeys =
            source["aws_access_key_id"] != nil || source["aws_secret_access_key"] != nil
        if visited.contains(name), name != profile || !hasKeys {
            throw CredentialError(
                .misconfigured,
                "the source_profile settings run in a circle: "
                    + "\((visited + [name]).joined(separator: " → ")).")
        }
        if !hasKeys, let role = try RoleSettings(source) {
            return try await assume(role, of: name, visited: visited + [name])
        }
        return try await required(
            CredentialChain(sources.providers(of: source, environment: [:])), for: profile)
    }

    private func required(
        _ provider: some CredentialProvider, for profile: String
    ) async throws(CredentialError) -> Credentials {
        switch try await provider.lookUp() {
        case .found(let credentials): return credentials
        case .absent(let reasons):
            throw CredentialError(
                .misconfigured,
                "the role of profile \"\(profile)\" has no credentials to be assumed with: "
                    + "\(reasons).")
        }
    }
}
