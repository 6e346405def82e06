/// A value and where it came from.
package struct Setting: Sendable, Equatable {
    /// The value as the key's type writes it.
    package let node: DocumentNode
    package let origin: Origin
}

/// The settings of one file with everything that is laid over it, key by key.
package struct SettingTable: Sendable, Equatable {
    package let schema: Schema
    private var settings: [SettingKey: Setting] = [:]
    private var tables: [SettingKey: Origin] = [:]
    /// Keys with a value that was refused: not set, but not missing either.
    private var refused: Set<SettingKey> = []

    package init(schema: Schema) {
        self.schema = schema
    }

    package static func == (one: SettingTable, other: SettingTable) -> Bool {
        one.settings == other.settings && one.tables == other.tables
    }

    package subscript(_ key: SettingKey) -> Setting? { settings[key] }

    /// Every key that has a value.
    package var keys: [SettingKey] { Array(settings.keys) }

    /// The value of a key, where it is set to one of that type.
    package func value<Value>(_ key: SettingKey, _ type: ValueType<Value>) -> Value? {
        settings[key].flatMap { try? type.read($0.node) }
    }

    /// The table without the settings that came from some variables.
    package func withoutVariables(_ isUnwanted: (String) -> Bool) -> SettingTable {
        var table = self
        table.settings = settings.filter { _, setting in
            if case .environment(let name) = setting.origin { !isUnwanted(name) } else { true }
        }
        return table
    }

    /// Where a table was first named; nil where it was not.
    package func origin(ofTable place: SettingKey) -> Origin? { tables[place] }

    /// The names in a table, sorted: those of tables in it as well as those of keys.
    package func names(in place: SettingKey) -> [String] {
        let depth = place.components.count
        let inside = (Array(settings.keys) + Array(tables.keys) + Array(refused)).filter {
            $0.components.count > depth && Array($0.components.prefix(depth)) == place.components
        }
        return Set(inside.map { $0.components[depth] }).sorted()
    }

    /// Whether nobody tried to set the key.
    package func isMissing(_ key: SettingKey) -> Bool {
        settings[key] == nil && !refused.contains(key)
    }

    /// Tells where a key has no value that has to have one.
    package func checkRequired(_ key: SettingKey, file: Origin, problems: inout Problems) {
        guard isMissing(key), case .key(let known) = schema.entry(at: key) else { return }
        // The line of the table is where the key would be written.
        let place = origin(ofTable: key.parent) ?? file
        problems.add(place, key: key, "is missing; it has to be \(known.allowed)")
    }

    /// Sets a key; what was set before is overridden.
    package mutating func set(_ key: SettingKey, _ node: DocumentNode, _ origin: Origin) {
        settings[key] = Setting(node: node, origin: origin)
    }

    mutating func refuse(_ key: SettingKey) {
        refused.insert(key)
    }

    package mutating func addTable(_ place: SettingKey, _ origin: Origin) {
        if tables[place] == nil { tables[place] = origin }
    }

    /// Gives every key of the table that has a default and no value its default.
    package mutating func fillDefaults(in place: SettingKey) {
        for key in schema.keys(in: place) {
            let own = place.child(key.place.last)
            guard let node = key.standard.value, settings[own] == nil else { continue }
            settings[own] = Setting(node: node, origin: .standard)
        }
    }

    /// What the keys of a table say, each field that none fills at its default.
    ///
    /// - Parameters:
    ///   - place: where the table stands; nil for the place of its name.
    ///   - file: the file that a missing key would be written to.
    /// - Returns: whether every key that has to be set has a value, too.
    package func read<Settings>(
        _ table: KeyTable<Settings>, at place: SettingKey? = nil, file: Origin,
        problems: inout Problems
    ) -> (settings: Settings, isComplete: Bool) {
        let place = place ?? table.place
        var read = Settings()
        var isComplete = true
        for key in table.keys {
            let (known, _) = key.schema(place)
            if known.standard == .required {
                checkRequired(known.place, file: file, problems: &problems)
                if self[known.place] == nil { isComplete = false }
            }
            key.fill(self, place, &read, &problems)
        }
        return (read, isComplete)
    }
}
