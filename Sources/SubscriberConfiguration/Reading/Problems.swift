/// Collects what is wrong, so that one run tells all of it.
struct Problems {
    private(set) var errors: [ConfigurationError] = []
    private(set) var warnings: [ConfigurationWarning] = []
    private var known: Set<ConfigurationError> = []

    /// Keeps an error; one that is there is kept once.
    mutating func add(_ origin: Origin, key: SettingKey? = nil, _ problem: String) {
        add(ConfigurationError(origin: origin, key: key, problem: problem))
    }

    mutating func add(_ error: ConfigurationError) {
        if known.insert(error).inserted { errors.append(error) }
    }

    /// Keeps a warning; one that is there is kept once.
    mutating func warn(_ origin: Origin, _ problem: String) {
        let warning = ConfigurationWarning(origin: origin, problem: problem)
        if !warnings.contains(warning) { warnings.append(warning) }
    }
}
