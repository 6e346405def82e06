/// What a server on this machine is asked with where there are no credentials: it checks no
/// signature, but a client signs.
struct LocalServerProvider: CredentialProvider {
    func lookUp() async throws(CredentialError) -> CredentialLookup {
        .found(.forLocalServers)
    }
}

extension Credentials {
    /// Credentials of nobody.
    package static let forLocalServers = Credentials(
        accessKeyID: "local", secretAccessKey: "local", source: "any, for a server on this machine")
}
