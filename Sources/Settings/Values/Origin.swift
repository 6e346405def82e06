/// Where a setting came from.
package enum Origin: Sendable, Hashable, CustomStringConvertible {
    /// The default of the schema.
    case standard
    /// `line` counts from 1; nil where the whole file is meant or the line is not known.
    case file(String, line: Int?)
    /// The name of the variable.
    case environment(String)
    /// The flag as it is written: `--region`.
    case flag(String)
    /// The program that the daemon is part of.
    case program

    package var description: String {
        switch self {
        case .standard: "default"
        case .file(let path, let line?): "\(TOMLText.path(path)):\(line)"
        case .file(let path, nil): TOMLText.path(path)
        case .environment(let name): "environment variable \(name)"
        case .flag(let name): "flag \(name)"
        case .program: "the program"
        }
    }
}

/// The place of a setting: `aws.region`, `queues."orders.fifo".weight`, `exec.command`.
package struct SettingKey: Sendable, Hashable, CustomStringConvertible {
    package let components: [String]

    package init(_ components: [String]) {
        self.components = components
    }

    /// Splits at every dot. For keys of the schema, none of which has a dot in a component.
    package init(_ dotted: String) {
        components = dotted.split(separator: ".").map(String.init)
    }

    package var last: String { components.last ?? "" }
    package var parent: SettingKey { SettingKey(components.dropLast()) }

    package func child(_ name: String) -> SettingKey { SettingKey(components + [name]) }

    /// The key as TOML writes it, quoted where a component needs it.
    package var description: String { components.map(TOMLText.key).joined(separator: ".") }
}
