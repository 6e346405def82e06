/// A region, endpoint, profile or AWS configuration file that cannot be used as it is. Lasting:
/// trying again without a change of settings gives the same.
package struct SettingError: Error, Sendable, Equatable, CustomStringConvertible {
    package enum Kind: Sendable, Equatable {
        /// Nothing says what is needed.
        case missing
        /// Something says it wrongly.
        case invalid
    }

    package let kind: Kind
    /// Names the variable, flag or file, what is wrong with it and what to do. Without secrets:
    /// never a line of a file.
    package let description: String

    package init(_ kind: Kind, _ description: String) {
        self.kind = kind
        self.description = description
    }
}
