/// One source of credentials.
package protocol CredentialProvider: Sendable {
    /// Asks the source, now: nothing is kept between calls.
    ///
    /// A source that is set up and fails throws; the search ends there, as it does in botocore,
    /// rather than run on under another identity.
    func lookUp() async throws(CredentialError) -> CredentialLookup
}

package enum CredentialLookup: Sendable, Equatable {
    case found(Credentials)
    /// Not set up here. The reason tells an operator what was looked for: `AWS_ACCESS_KEY_ID is not
    /// set`.
    case absent(String)
}

/// Asks one provider after the other; the first that has credentials, or fails, decides.
package struct CredentialChain: CredentialProvider {
    private let providers: [any CredentialProvider]

    init(_ providers: [any CredentialProvider]) {
        self.providers = providers
    }

    /// ``CredentialLookup/absent(_:)`` carries every provider's reason, in order.
    package func lookUp() async throws(CredentialError) -> CredentialLookup {
        let (found, absences) = try await search()
        return found.map { .found($0) } ?? .absent(absences.joined(separator: "; "))
    }

    /// What was found, and why the providers before had nothing.
    func search() async throws(CredentialError) -> (found: Credentials?, absences: [String]) {
        var absences: [String] = []
        for provider in providers {
            switch try await provider.lookUp() {
            case .found(let credentials): return (credentials, absences)
            case .absent(let reason): absences.append(reason)
            }
        }
        return (nil, absences)
    }
}
