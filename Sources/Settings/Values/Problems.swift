/// Collects what is wrong, so that one run tells all of it.
package struct Problems {
    package private(set) var errors: [ConfigurationError] = []
    package private(set) var warnings: [ConfigurationWarning] = []
    private var known: Set<ConfigurationError> = []

    package init() {}

    /// Keeps an error; one that is there is kept once.
    package mutating func add(_ origin: Origin, key: SettingKey? = nil, _ problem: String) {
        add(ConfigurationError(origin: origin, key: key, problem: problem))
    }

    package mutating func add(_ error: ConfigurationError) {
        if known.insert(error).inserted { errors.append(error) }
    }

    /// Keeps a warning; one that is there is kept once.
    package mutating func warn(_ origin: Origin, _ problem: String) {
        let warning = ConfigurationWarning(origin: origin, problem: problem)
        if !warnings.contains(warning) { warnings.append(warning) }
    }
}
