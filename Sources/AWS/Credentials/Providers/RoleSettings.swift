/// What a profile says about the role to assume.
struct RoleSettings: Equatable {
    enum Source: Equatable {
        case profile(String)
        case environment
        case instanceMetadata
        case container
    }

    let session: RoleSession
    let source: Source

    /// `nil` for a profile without a `role_arn`, and for one whose role is assumed with a token
    /// file.
    init?(_ profile: Profile) throws(CredentialError) {
        guard let role = profile["role_arn"], profile["web_identity_token_file"] == nil else {
            return nil
        }
        if profile["mfa_serial"] != nil {
            throw Self.error(
                profile,
                "needs a code of a multi-factor device (mfa_serial), which a daemon cannot "
                    + "ask for. Use a role that trusts this machine's own credentials.")
        }
        session = RoleSession(
            roleARN: role, sessionName: profile["role_session_name"],
            externalID: profile["external_id"], duration: try Self.duration(profile))
        source = try Self.source(profile)
    }

    private static func duration(_ profile: Profile) throws(CredentialError) -> Int? {
        guard let text = profile["duration_seconds"] else { return nil }
        guard let seconds = Int(text), (900...43_200).contains(seconds) else {
            throw error(profile, "has a duration_seconds that is not a number from 900 to 43200.")
        }
        return seconds
    }

    private static func source(_ profile: Profile) throws(CredentialError) -> Source {
        switch (profile["source_profile"], profile["credential_source"]) {
        case (let name?, nil): return .profile(name)
        case (nil, "Environment"): return .environment
        case (nil, "Ec2InstanceMetadata"): return .instanceMetadata
        case (nil, "EcsContainer"): return .container
        case (nil, let other?):
            throw error(
                profile,
                "has credential_source = \(other); expected Environment, "
                    + "Ec2InstanceMetadata or EcsContainer.")
        case (nil, nil):
            throw error(profile, "has role_arn but neither source_profile nor credential_source.")
        case (.some, .some):
            throw error(profile, "has both source_profile and credential_source: keep one.")
        }
    }

    private static func error(_ profile: Profile, _ what: String) -> CredentialError {
        CredentialError(.misconfigured, "profile \"\(profile.name)\" \(what)")
    }
}
