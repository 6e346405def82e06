/// One thing that is wrong with a pattern.
package struct PatternError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The names on the way to the place; empty for the pattern itself.
    package let path: [String]
    /// What is wrong and what is allowed, in words that follow the place.
    package let problem: String

    package init(path: [String], problem: String) {
        self.path = path
        self.problem = problem
    }

    package var description: String {
        path.isEmpty ? problem : "\(path.joined(separator: ".")): \(problem)"
    }
}

/// Everything that is wrong with a pattern, in its order; never empty.
package struct PatternErrors: Error, Sendable, Equatable, CustomStringConvertible {
    package let errors: [PatternError]

    package init(errors: [PatternError]) {
        self.errors = errors
    }

    package var description: String {
        errors.map(\.description).joined(separator: "\n")
    }
}
