/// What a kind of configuration file may say.
///
/// The one place where a key is written down. Validation, defaults, the names of environment
/// variables, what `config` prints, the sample files and the manual page follow from it.
package struct Schema: Sendable {
    /// The keys in the order in which people read about them.
    package let keys: [SchemaKey]
    package let tables: [SchemaTable]
    /// Whether environment variables may set the keys.
    let readsEnvironment: Bool

    /// The variables that set a key, in the order in which they are looked at, the product's own
    /// first: `SQS_SUBSCRIBER_LOG_LEVEL` for `log.level`. None where the operator chooses a part of
    /// the key's name.
    package func variables(of key: SchemaKey) -> [String] {
        guard readsEnvironment, !key.place.components.contains("*") else { return [] }
        let name = key.place.components.map { $0.uppercased() }.joined(separator: "_")
        return [EnvironmentReader.prefix + name] + key.aliases
    }

    /// One key. A component `*` of its place stands for a name that the operator chooses.
    package struct SchemaKey: Sendable {
        package let place: SettingKey
        package let type: ValueType
        package let standard: Standard
        /// What the sample files show: a value of the right type, as it might be used.
        package let example: SettingValue
        /// One or two sentences; the type says what is allowed.
        package let documentation: String
        /// Further environment variables, in the order in which they are looked at. They lose to
        /// the one whose name follows from the place.
        package let aliases: [String]

        init(
            _ place: String, _ type: ValueType, _ standard: Standard, example: SettingValue? = nil,
            aliases: [String] = [], _ documentation: String
        ) {
            self.place = SettingKey(place)
            self.type = type
            self.standard = standard
            self.example = example ?? standard.value ?? .text("")
            self.documentation = documentation
            self.aliases = aliases
        }
    }

    /// What holds where a key is not set.
    package enum Standard: Sendable, Equatable {
        case value(SettingValue)
        /// Not set; the text says what that means.
        case unset(String)
        /// There is no default: the key has to be set wherever its table is.
        case required

        package var value: SettingValue? {
            if case .value(let value) = self { value } else { nil }
        }
    }

    /// One table.
    package struct SchemaTable: Sendable {
        package let place: SettingKey
        package let documentation: String
        /// What `*` may be in the sample files.
        package let exampleName: String?

        init(_ place: String, exampleName: String? = nil, _ documentation: String) {
            self.place = SettingKey(place)
            self.documentation = documentation
            self.exampleName = exampleName
        }
    }

    /// What the schema has at a place of a file.
    enum Entry {
        case key(SchemaKey)
        case table
        case unknown
    }

    func entry(at place: SettingKey) -> Entry {
        if let key = keys.first(where: { Self.matches($0.place, place) }) { return .key(key) }
        let isTable =
            tables.contains { Self.matches($0.place, place) }
            || keys.contains { key in
                key.place.components.count > place.components.count
                    && Self.matches(
                        SettingKey(Array(key.place.components.prefix(place.components.count))),
                        place)
            }
        return isTable ? .table : .unknown
    }

    /// The names that may stand in a table, in the order of the schema; empty where any may.
    func names(in place: SettingKey) -> [String] {
        var names: [String] = []
        for known in keys.map(\.place) + tables.map(\.place) {
            let depth = place.components.count
            guard known.components.count > depth,
                Self.matches(SettingKey(Array(known.components.prefix(depth))), place)
            else { continue }
            let name = known.components[depth]
            if name != "*", !names.contains(name) { names.append(name) }
        }
        return names
    }

    /// The keys of a table itself, without those of the tables in it.
    func keys(in place: SettingKey) -> [SchemaKey] {
        keys.filter { Self.matches($0.place.parent, place) }
    }

    static func matches(_ pattern: SettingKey, _ place: SettingKey) -> Bool {
        pattern.components.count == place.components.count
            && zip(pattern.components, place.components).allSatisfy { $0 == "*" || $0 == $1 }
    }
}
