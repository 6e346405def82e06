package import Settings

/// Every setting with its origin, and which files were read.
package struct Provenance: Sendable, Equatable {
    /// The settings of the main file, of the environment and of the flags, defaults included.
    package let main: SettingTable
    /// The settings of each handler, by its name, defaults included.
    package let handlers: [String: SettingTable]
    /// The files that were read, in the order they were laid over each other.
    package let files: [String]
    /// The empty files and links to `/dev/null` that keep files of the same name from being read.
    package let masks: [String]

    /// Where the value of a key of the main file came from.
    package func origin(of key: String) -> Origin {
        main[SettingKey(key)]?.origin ?? .standard
    }
}
