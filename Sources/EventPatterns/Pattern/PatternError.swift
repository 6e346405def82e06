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

    /// The names on the way to a field with dots between them; one that has dots itself in quotes.
    static func shown(_ path: [String]) -> String {
        path.map { $0.contains(".") ? "\"\($0)\"" : $0 }.joined(separator: ".")
    }

    package var description: String {
        path.isEmpty ? problem : "\(Self.shown(path)): \(problem)"
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
