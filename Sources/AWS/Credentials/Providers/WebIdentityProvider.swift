/// A role assumed with a token file: `AWS_WEB_IDENTITY_TOKEN_FILE`, `AWS_ROLE_ARN` and
/// `AWS_ROLE_SESSION_NAME`, as Kubernetes sets them, or the same in a profile. Each on its own: a
/// variable goes before the profile's key. The file is read again for every request.
package struct WebIdentityProvider: CredentialProvider {
    private let environment: Environment
    private let profile: Profile
    private let readFile: FileReading
    private let sts: STSClient

    /// - Parameter environment: empty for a profile that was asked for explicitly or is the source
    /// of a
    ///   role; then the variables do not count.
    package init(
        environment: Environment, profile: Profile, readFile: @escaping FileReading, sts: STSClient
    ) {
        self.environment = environment
        self.profile = profile
        self.readFile = readFile
        self.sts = sts
    }

    package func lookUp() async throws(CredentialError) -> CredentialLookup {
        let file = value("AWS_WEB_IDENTITY_TOKEN_FILE", "web_identity_token_file")
        guard let (path, named) = file else {
            return .absent("web identity: AWS_WEB_IDENTITY_TOKEN_FILE is not set")
        }
        guard let (role, _) = value("AWS_ROLE_ARN", "role_arn") else {
            throw CredentialError(
                .misconfigured,
                "\(named) is set, but neither AWS_ROLE_ARN nor role_arn of profile "
                    + "\"\(profile.name)\" names the role.")
        }
        let token = try readToken(path, named: named, readFile)
        let session = RoleSession(
            roleARN: role, sessionName: value("AWS_ROLE_SESSION_NAME", "role_session_name")?.text)
        return .found(try await sts.assumeRole(session, webIdentityToken: token))
    }

    private func value(_ variable: String, _ key: String) -> (text: String, named: String)? {
        if let text = environment.setting(variable) { return (text, variable) }
        return profile[key].map { ($0, "\(key) of profile \"\(profile.name)\"") }
    }
}
