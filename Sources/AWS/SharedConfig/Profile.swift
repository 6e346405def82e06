/// One profile's settings, by the lower-cased keys of the AWS files.
package struct Profile: Sendable, Equatable {
    let name: String
    private var values: [String: INIFile.Value]

    package init(name: String, values: [String: INIFile.Value] = [:]) {
        self.name = name
        self.values = values
    }

    /// `nil` when it is not there, is empty or is a nested section.
    package subscript(_ key: String) -> String? {
        guard case .text(let text) = values[key], !text.isEmpty else { return nil }
        return text
    }

    func flag(_ key: String) -> Bool? {
        self[key].map(isTrue)
    }

    /// The nested section of that name: `sqs` in a `[services …]` section.
    func nested(_ key: String) -> [String: String] {
        guard case .nested(let section) = values[key] else { return [:] }
        return section
    }

    /// The other's settings, and these where it has none.
    func overlaid(by other: Profile) -> Profile {
        Profile(name: name, values: values.merging(other.values) { _, new in new })
    }
}
