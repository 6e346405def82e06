/// Which profile is meant, and by whom.
///
/// As botocore does it: one given to the program goes before `AWS_DEFAULT_PROFILE`, which goes
/// before `AWS_PROFILE`; then `default`. A profile that was named by any of them must be there,
/// even when credentials come from elsewhere; `default` need not.
package struct ProfileChoice: Sendable, Equatable {
    package let name: String
    /// Who named it, `nil` for the default.
    let namedBy: String?
    /// Given to the program itself: then the environment's credentials are not looked at.
    let isExplicit: Bool

    package init(explicit: String?, environment: Environment) {
        if let explicit, !explicit.isEmpty {
            (name, namedBy, isExplicit) = (explicit, "the profile setting", true)
            return
        }
        isExplicit = false
        for variable in ["AWS_DEFAULT_PROFILE", "AWS_PROFILE"] {
            guard let value = environment.setting(variable) else { continue }
            (name, namedBy) = (value, variable)
            return
        }
        (name, namedBy) = ("default", nil)
    }

    /// The profile's settings; none for a `default` that is not there.
    package func profile(in config: SharedConfig) throws(SettingError) -> Profile {
        if let profile = config.profiles[name] { return profile }
        guard let namedBy else { return Profile(name: name) }
        let known = config.profiles.keys.sorted().joined(separator: ", ")
        throw SettingError(
            .missing,
            "AWS profile \"\(name)\", named by \(namedBy), does not exist (looked in: "
                + "\(config.places); profiles there: \(known.isEmpty ? "none" : known)). Add a "
                + "section [profile \(name)] to the config file or name another profile.")
    }
}
