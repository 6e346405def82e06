import HTTP

/// Finds the endpoint of a service: the first of
///
/// 1. the URL given to the program (flag or configuration; SQS only),
/// 2. `AWS_ENDPOINT_URL_SQS`, `AWS_ENDPOINT_URL_STS` or `AWS_ENDPOINT_URL_S3`,
/// 3. `AWS_ENDPOINT_URL`,
/// 4. `endpoint_url` below `sqs =`, `sts =` or `s3 =` in the `[services NAME]` section that the
///    profile's `services` names,
/// 5. `endpoint_url` of the profile,
/// 6. the host of the region: dual-stack, FIPS, both or neither.
///
/// `AWS_IGNORE_CONFIGURED_ENDPOINT_URLS=true` (in the profile `ignore_configured_endpoint_urls`)
/// leaves out 2 to 5. A URL together with dual-stack or FIPS is an error, as in the rule sets of
/// the services; botocore forgets of the two in silence. STS is reached in the region, never by the
/// old global host, as the SDKs do now.
package struct EndpointResolver: Sendable {
    private let settings: AWSSettings
    private let environment: Environment
    private let config: SharedConfig
    private let profile: Profile

    package init(
        settings: AWSSettings, environment: Environment, config: SharedConfig, profile: Profile
    ) {
        self.settings = settings
        self.environment = environment
        self.config = config
        self.profile = profile
    }

    package func endpoint(
        for service: AWSService, in region: Region
    ) throws(SettingError) -> Endpoint {
        let dualStack = option(
            settings.useDualStack, "use_dualstack", "AWS_USE_DUALSTACK_ENDPOINT",
            "use_dualstack_endpoint")
        let fips = option(
            settings.useFIPS, "use_fips", "AWS_USE_FIPS_ENDPOINT", "use_fips_endpoint")
        guard let (url, source) = try configuredURL(of: service) else {
            return Endpoint(
                url: Self.regionalURL(
                    service, region.name, dualStack: dualStack != nil, fips: fips != nil),
                region: region.name, isConfigured: false)
        }
        if let other = fips ?? dualStack {
            throw SettingError(
                .invalid,
                "the endpoint URL named by \(source) cannot be combined with "
                    + "\(fips == nil ? "dual-stack" : "FIPS") endpoints, which \(other) asks for: "
                    + "remove one of the two.")
        }
        return Endpoint(
            url: try checked(url, source), region: region.name, isConfigured: true)
    }

    /// Whether somebody named a URL on this machine for the service: that of a server that is
    /// compatible with it, which has no regions and checks no signatures.
    ///
    /// - Throws: where the profile names a section that is not there.
    package func isLocal(_ service: AWSService) throws(SettingError) -> Bool {
        guard let (url, _) = try configuredURL(of: service) else { return false }
        return URLParts(url)?.isLoopback ?? false
    }

    /// Who asks for it; nil where nobody does, or it is asked not to be.
    private func option(
        _ explicit: Bool?, _ setting: String, _ variable: String, _ key: String
    ) -> String? {
        if let explicit { return explicit ? "the \(setting) setting" : nil }
        if let flag = environment.flag(variable) { return flag ? variable : nil }
        return profile.flag(key) == true ? "\(key) of profile \"\(profile.name)\"" : nil
    }

    private func configuredURL(
        of service: AWSService
    ) throws(SettingError) -> (url: String, source: String)? {
        if service == .sqs, let url = settings.endpointURL, !url.isEmpty {
            return (url, "the endpoint_url setting")
        }
        let ignores = option(
            nil, "", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "ignore_configured_endpoint_urls")
        guard ignores == nil else { return nil }
        for variable in ["AWS_ENDPOINT_URL_\(service.variableSuffix)", "AWS_ENDPOINT_URL"] {
            if let url = environment.setting(variable) { return (url, variable) }
        }
        if let name = profile["services"] {
            guard let section = config.services[name] else {
                throw SettingError(
                    .invalid,
                    "profile \"\(profile.name)\" names the services section \"\(name)\", which is "
                        + "not in \(config.places). Add [services \(name)] or remove the line.")
            }
            if let url = section.nested(service.rawValue)["endpoint_url"], !url.isEmpty {
                return (url, "[services \(name)]")
            }
        }
        return profile["endpoint_url"].map { ($0, "endpoint_url of profile \"\(profile.name)\"") }
    }

    private func checked(_ url: String, _ source: String) throws(SettingError) -> String {
        func invalid(_ what: String) -> SettingError {
            SettingError(.invalid, "the endpoint URL named by \(source) \(what)")
        }
        guard let parts = URLParts(url), parts.query == nil,
            parts.scheme == "http" || parts.scheme == "https"
        else { throw invalid("is not of the form https://host[:port].") }
        guard parts.scheme == "https" || parts.isLoopback || settings.allowPlaintext else {
            throw invalid(
                "is plain http to \(parts.host), which is not this machine: messages could be read "
                    + "on the way. Use https, or set allow_plaintext = true in the [aws] section.")
        }
        var path = parts.path
        while path.hasSuffix("/") { path.removeLast() }
        return "\(parts.scheme)://\(parts.hostField)\(path)"
    }

    /// The rules of botocore's endpoint rule sets for SQS, STS and S3 (without a bucket).
    private static func regionalURL(
        _ service: AWSService, _ region: String, dualStack: Bool, fips: Bool
    ) -> String {
        let partition = Partition.of(region: region)
        // Its names are older than the others' rules: it has its FIPS hosts in every partition.
        if service == .s3 {
            return "https://s3\(fips ? "-fips" : "")\(dualStack ? ".dualstack" : "").\(region)."
                + partition.hostSuffix
        }
        let suffix = dualStack ? partition.dualStackSuffix : partition.hostSuffix
        // The plain hosts of GovCloud are the FIPS ones; only the dual-stack hosts say so.
        let saysFIPS = fips && (partition.name != "aws-us-gov" || dualStack)
        return "https://\(service.rawValue)\(saysFIPS ? "-fips" : "").\(region).\(suffix)"
    }
}
