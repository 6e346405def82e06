import FoundationEssentials

/// `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_SESSION_TOKEN` (or the older
/// `AWS_SECURITY_TOKEN`, which goes before it, as in botocore) and `AWS_CREDENTIAL_EXPIRATION`.
package struct EnvironmentProvider: CredentialProvider {
    private let environment: Environment

    package init(environment: Environment) {
        self.environment = environment
    }

    package func lookUp() async throws(CredentialError) -> CredentialLookup {
        guard let id = environment.setting("AWS_ACCESS_KEY_ID") else {
            return .absent("environment: AWS_ACCESS_KEY_ID is not set")
        }
        guard let secret = environment.setting("AWS_SECRET_ACCESS_KEY") else {
            throw CredentialError(
                .misconfigured,
                "AWS_ACCESS_KEY_ID is set, AWS_SECRET_ACCESS_KEY is not: set both or neither.")
        }
        return .found(
            Credentials(
                accessKeyID: id, secretAccessKey: secret,
                sessionToken: environment.setting("AWS_SECURITY_TOKEN")
                    ?? environment.setting("AWS_SESSION_TOKEN"),
                expiration: try parseExpiration(
                    environment.setting("AWS_CREDENTIAL_EXPIRATION"),
                    source: "AWS_CREDENTIAL_EXPIRATION"),
                source: "environment"))
    }
}
