/// The certificate authorities that AWS is trusted by, in place of the system's: a file of
/// certificates in PEM. As botocore finds it: `AWS_CA_BUNDLE`, else `ca_bundle` of the profile.
package struct CertificateBundle: Sendable, Equatable {
    package let path: String
    /// Who named it, for messages.
    package let source: String

    /// Nil where nobody names one. Reads the AWS files, and not the bundle.
    ///
    /// - Throws: as ``AWSContext``.
    package static func find(
        settings: AWSSettings, environment: Environment, readFile: FileReading = LocalFiles.read
    ) throws(SettingError) -> CertificateBundle? {
        if let path = environment.setting("AWS_CA_BUNDLE") {
            return CertificateBundle(path: path, source: "AWS_CA_BUNDLE", environment)
        }
        let config = try SharedConfig(environment: environment, readFile: readFile)
        let choice = ProfileChoice(explicit: settings.profile, environment: environment)
        let profile = try choice.profile(in: config)
        return profile["ca_bundle"].map { path in
            CertificateBundle(
                path: path, source: "ca_bundle of profile \"\(profile.name)\"", environment)
        }
    }

    private init(path: String, source: String, _ environment: Environment) {
        self.path = SharedConfig.expand(path, environment) ?? path
        self.source = source
    }
}
