package import FoundationEssentials

/// The role of the EC2 instance.
package struct InstanceMetadataProvider: CredentialProvider {
    private let metadata: InstanceMetadata
    private let now: @Sendable () -> Date

    /// How much longer credentials are used that the service hands out although they have expired.
    /// The service does so when it cannot renew them itself, and the services of AWS then accept
    /// them ("static stability"); botocore adds 15 to 25 minutes.
    static let extensionWhileStale: TimeInterval = 15 * 60

    private static let source = "EC2 instance metadata"
    private static let path = "iam/security-credentials/"

    package init(metadata: InstanceMetadata, now: @escaping @Sendable () -> Date) {
        self.metadata = metadata
        self.now = now
    }

    package func lookUp() async throws(CredentialError) -> CredentialLookup {
        let role: String
        switch await metadata.get(Self.path) {
        case .text(let text): role = String(text.prefix { !$0.isNewline })
        case .absent(let reason): return .absent("\(Self.source): \(reason)")
        case .failed(let reason): throw CredentialError(.unavailable, "\(Self.source): \(reason)")
        }
        switch await metadata.get(Self.path + role) {
        case .text(let text): return .found(try credentials(Array(text.utf8)))
        case .absent(let reason), .failed(let reason):
            throw CredentialError(.unavailable, "\(Self.source), role \(role): \(reason)")
        }
    }

    private func credentials(_ bytes: [UInt8]) throws(CredentialError) -> Credentials {
        guard let document = CredentialDocument(bytes) else {
            throw CredentialError(
                .unavailable, "\(Self.source) answered something else than JSON.")
        }
        if let code = document["Code"], code != "Success" {
            throw CredentialError(
                .refused,
                "\(Self.source) has no credentials for the instance's role: \(code) "
                    + "\(document["Message"] ?? "")")
        }
        var credentials = try document.credentials(tokenField: "Token", source: Self.source)
        if let expiration = credentials.expiration, expiration <= now() {
            credentials.expiration = now().addingTimeInterval(Self.extensionWhileStale)
        }
        return credentials
    }
}
