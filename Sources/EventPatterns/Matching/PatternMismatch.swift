/// The first reason why a pattern does not take a document.
package struct PatternMismatch: Sendable, Equatable, CustomStringConvertible {
    /// The names on the way to the field.
    let path: [String]
    /// What is there and what was wanted, in words that follow the field.
    let reason: String

    package var description: String {
        path.isEmpty ? reason : "\(PatternError.shown(path)) \(reason)"
    }
}
