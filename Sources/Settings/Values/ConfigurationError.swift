/// One thing that is wrong with the configuration.
package struct ConfigurationError: Sendable, Hashable, CustomStringConvertible {
    /// The file, variable or flag to change.
    package let origin: Origin
    /// Nil where the whole file or directory is meant.
    package let key: SettingKey?
    /// What is wrong and, where a list or range can say it, what is allowed. No secret.
    package let problem: String

    /// One line: where, which key, what.
    package var description: String {
        let place = key.map { ": \($0)" } ?? ""
        return "\(origin)\(place): \(problem)"
    }
}

/// One thing that is allowed but probably not meant.
package struct ConfigurationWarning: Sendable, Hashable, CustomStringConvertible {
    package let origin: Origin
    package let problem: String

    package init(origin: Origin, problem: String) {
        self.origin = origin
        self.problem = problem
    }

    package var description: String { "\(origin): \(problem)" }
}

/// Everything that is wrong, found in one run. The description has one line for each error and a
/// last one with their number.
package struct ConfigurationErrors: Error, Sendable, Equatable, CustomStringConvertible {
    /// The errors in the order of the files, and of the lines in them; never empty.
    package let errors: [ConfigurationError]
    package let warnings: [ConfigurationWarning]

    package init(_ problems: Problems) {
        errors = problems.errors
        warnings = problems.warnings
    }

    package var description: String {
        let count = errors.count == 1 ? "1 error" : "\(errors.count) errors"
        let lines = errors.map(\.description) + ["\(count) in the configuration"]
        return lines.joined(separator: "\n")
    }
}
