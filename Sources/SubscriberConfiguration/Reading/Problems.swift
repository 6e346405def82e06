/// Collects what is wrong, so that one run tells all of it.
struct Problems {
    private(set) var errors: [ConfigurationError] = []
    private(set) var warnings: [ConfigurationWarning] = []

    /// The same error is kept once.
    mutating func add(_ origin: Origin, key: SettingKey? = nil, _ problem: String) {
        let error = ConfigurationError(origin: origin, key: key, problem: problem)
        if !errors.contains(error) { errors.append(error) }
    }

    /// The same warning is kept once.
    mutating func warn(_ origin: Origin, _ problem: String) {
        let warning = ConfigurationWarning(origin: origin, problem: problem)
        if !warnings.contains(warning) { warnings.append(warning) }
    }
}
