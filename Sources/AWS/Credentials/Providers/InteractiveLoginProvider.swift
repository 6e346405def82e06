/// Profiles that need a person and a browser: IAM Identity Center (`sso_…`) and `aws login`
/// (`login_session`). They are recognised, to be refused with the way out.
package struct InteractiveLoginProvider: CredentialProvider {
    package enum Kind: Sendable {
        case identityCenter
        case consoleLogin
    }

    private let kind: Kind
    private let profile: Profile

    init(_ kind: Kind, profile: Profile) {
        self.kind = kind
        self.profile = profile
    }

    package func lookUp() async throws(CredentialError) -> CredentialLookup {
        let keys =
            switch kind {
            case .identityCenter: ["sso_account_id", "sso_role_name"]
            case .consoleLogin: ["login_session"]
            }
        guard let key = keys.first(where: { profile[$0] != nil }) else {
            return .absent("profile \"\(profile.name)\": no \(keys[0])")
        }
        let name = profile.name
        throw CredentialError(
            .misconfigured,
            "profile \"\(name)\" signs in through a browser (\(key)), which is not supported: a "
                + "daemon outlives such a session. On a server use a role or keys of its own. On a "
                + "machine where you sign in, let the AWS CLI do it: add a profile with the line "
                + "credential_process = aws configure export-credentials --profile \(name) "
                + "--format process, and choose that profile.")
    }
}
