/// `aws_access_key_id`, `aws_secret_access_key` and `aws_session_token` (or the older
/// `aws_security_token`, which goes before it) of a profile in one of the two files.
package struct StaticProfileProvider: CredentialProvider {
    private let profileName: String
    private let profile: Profile?
    private let path: String?

    /// The profile as the `credentials` file has it.
    static func inCredentialsFile(_ name: String, _ config: SharedConfig) -> Self {
        Self(
            profileName: name, profile: config.inCredentialsFile[name],
            path: config.credentialsPath)
    }

    /// The profile as the `config` file has it.
    static func inConfigFile(_ name: String, _ config: SharedConfig) -> Self {
        Self(profileName: name, profile: config.inConfigFile[name], path: config.configPath)
    }

    package func lookUp() async throws(CredentialError) -> CredentialLookup {
        guard let path else {
            return .absent("profile \"\(profileName)\": HOME is not set, so there is no ~/.aws")
        }
        guard let profile else { return .absent("\(path): no profile \"\(profileName)\"") }
        let source = "profile \"\(profileName)\" in \(path)"
        guard let id = profile["aws_access_key_id"] else {
            return .absent("\(source): no aws_access_key_id")
        }
        guard let secret = profile["aws_secret_access_key"] else {
            throw CredentialError(
                .misconfigured, "\(source) has aws_access_key_id but no aws_secret_access_key.")
        }
        return .found(
            Credentials(
                accessKeyID: id, secretAccessKey: secret,
                sessionToken: profile["aws_security_token"] ?? profile["aws_session_token"],
                source: source))
    }
}
