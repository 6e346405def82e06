package import AWS

/// Credentials that are given, not looked for.
package struct FixedCredentialProvider: CredentialProvider {
    private let credentials: Credentials

    package init(_ credentials: Credentials) {
        self.credentials = credentials
    }

    package func lookUp() async throws(CredentialError) -> CredentialLookup {
        .found(credentials)
    }
}
