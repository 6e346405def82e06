/// The `config` and `credentials` files that the AWS CLI and the SDKs share.
///
/// In `config` a profile's section is `[profile NAME]` or `[default]`, in `credentials` it is
/// `[NAME]`. A profile in both is one profile; what `credentials` says of it goes before. A file
/// that is not there is an empty one.
package struct SharedConfig: Sendable {
    /// Both files together.
    package private(set) var profiles: [String: Profile] = [:]
    /// The profiles as each file has them: static keys are looked up in `credentials` before, and
    /// in `config` after a `credential_process`.
    package private(set) var inCredentialsFile: [String: Profile] = [:]
    package private(set) var inConfigFile: [String: Profile] = [:]
    /// `[services NAME]` sections.
    private(set) var services: [String: Profile] = [:]
    let configPath: String?
    let credentialsPath: String?

    /// Reads both files: `AWS_CONFIG_FILE`, else `~/.aws/config`; `AWS_SHARED_CREDENTIALS_FILE`,
    /// else `~/.aws/credentials`. `~` is `HOME`.
    package init(environment: Environment, readFile: FileReading) throws(SettingError) {
        configPath = Self.path("AWS_CONFIG_FILE", "~/.aws/config", environment)
        credentialsPath = Self.path(
            "AWS_SHARED_CREDENTIALS_FILE", "~/.aws/credentials", environment)
        for section in try Self.sections(of: configPath, readFile) { addConfig(section) }
        profiles = inConfigFile
        for section in try Self.sections(of: credentialsPath, readFile) {
            let profile = Profile(name: section.name, values: section.values)
            inCredentialsFile[profile.name] = profile
            profiles[profile.name] = profiles[profile.name]?.overlaid(by: profile) ?? profile
        }
    }

    /// Where profiles were looked for, for messages.
    var places: String {
        let paths = [credentialsPath, configPath].compactMap(\.self)
        return paths.isEmpty
            ? "HOME, AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE are not set"
            : paths.joined(separator: ", ")
    }

    private mutating func addConfig(_ section: INIFile.Section) {
        if section.name == "default" {
            inConfigFile["default"] = Profile(name: "default", values: section.values)
        } else if section.name.hasPrefix("profile"), let name = Self.secondWord(section.name) {
            inConfigFile[name] = Profile(name: name, values: section.values)
        } else if section.name.hasPrefix("services"), let name = Self.secondWord(section.name) {
            services[name] = Profile(name: name, values: section.values)
        }
    }

    /// `NAME` of `profile NAME`, or of `profile "A NAME"`.
    private static func secondWord(_ section: String) -> String? {
        guard let words = try? shellWords(section), words.count == 2 else { return nil }
        return words[1]
    }

    private static func path(
        _ variable: String, _ standard: String, _ environment: Environment
    ) -> String? {
        expand(environment.setting(variable) ?? standard, environment)
    }

    /// The path with `HOME` for the `~` that it begins with; nil where there is no `HOME`.
    static func expand(_ path: String, _ environment: Environment) -> String? {
        guard path == "~" || path.hasPrefix("~/") else { return path }
        return environment.setting("HOME").map { $0 + path.dropFirst() }
    }

    private static func sections(
        of path: String?, _ readFile: FileReading
    ) throws(SettingError) -> [INIFile.Section] {
        guard let path else { return [] }
        let bytes: [UInt8]?
        do {
            bytes = try readFile(path)
        } catch {
            throw SettingError(.invalid, "AWS configuration file cannot be read: \(error)")
        }
        guard let bytes else { return [] }
        return try INIFile(bytes, path: path).sections
    }
}
