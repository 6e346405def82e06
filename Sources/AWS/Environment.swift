import HTTP

/// The process's environment as it was handed in: nothing here reads the real one.
package typealias Environment = [String: String]

extension Environment {
    /// The value of a variable; one that is set to nothing counts as not set, since unit files and
    /// shells leave such behind.
    package func setting(_ name: String) -> String? {
        guard let value = self[name], !value.isEmpty else { return nil }
        return value
    }

    /// `nil` when not set; like botocore, everything but `true` (in any case) is false.
    package func flag(_ name: String) -> Bool? {
        setting(name).map(isTrue)
    }
}

/// Whether a text means yes to the AWS tools.
package func isTrue(_ text: String) -> Bool {
    lowercasedASCII(text) == "true"
}
