/// What a kind of configuration file may say: the keys of its tables, without the fields that they
/// fill.
///
/// Validation, defaults, the names of environment variables, what `config` prints and the sample
/// files follow from it.
package struct Schema: Sendable {
    /// The keys in the order in which people read about them.
    package let keys: [SchemaKey]
    package let tables: [SchemaTable]
    /// What the names of environment variables that set a key begin with; nil where none may.
    let variablePrefix: String?

    package init(
        _ parts: [(keys: [SchemaKey], tables: [SchemaTable])], variablePrefix: String? = nil
    ) {
        keys = parts.flatMap(\.keys)
        tables = parts.flatMap(\.tables)
        self.variablePrefix = variablePrefix
    }

    /// The variables that set a key, in the order in which they are looked at, the product's own
    /// first: `SQS_SUBSCRIBER_LOG_LEVEL` for `log.level`. None where the operator chooses a part of
    /// the key's name.
    package func variables(of key: SchemaKey) -> [String] {
        guard let variablePrefix, !key.place.components.contains("*") else { return [] }
        let name = key.place.components.map { $0.uppercased() }.joined(separator: "_")
        return [variablePrefix + name] + key.aliases.map(\.name)
    }

    /// The first of them that is set, and its text as the key's own would say it. One that is set
    /// to nothing counts as not set.
    func variable(
        of key: SchemaKey, in environment: [String: String]
    ) -> (name: String, text: String)? {
        let names = variables(of: key)
        guard let index = names.firstIndex(where: { environment[$0]?.isEmpty == false }),
            let text = environment[names[index]]
        else { return nil }
        let meaning = index == 0 ? text : key.aliases[index - 1].meaning(text)
        return (names[index], meaning)
    }

    /// What the schema has at a place of a file.
    enum Entry {
        case key(SchemaKey)
        case table
        case unknown
    }

    func entry(at place: SettingKey) -> Entry {
        if let key = keys.first(where: { $0.place.matches(place) }) { return .key(key) }
        let isTable = (keys.map(\.place) + tables.map(\.place)).contains { known in
            known.components.count >= place.components.count
                && known.prefix(place.components.count).matches(place)
        }
        return isTable ? .table : .unknown
    }

    /// The names that may stand in a table, in the order of the schema; empty where any may.
    func names(in place: SettingKey) -> [String] {
        let depth = place.components.count
        var names: [String] = []
        for known in keys.map(\.place) + tables.map(\.place)
        where known.components.count > depth && known.prefix(depth).matches(place) {
            let name = known.components[depth]
            if name != "*", !names.contains(name) { names.append(name) }
        }
        return names
    }

    /// The keys of a table itself, without those of the tables in it.
    package func keys(in place: SettingKey) -> [SchemaKey] {
        keys.filter { $0.place.parent.matches(place) }
    }
}

extension SettingKey {
    fileprivate func prefix(_ depth: Int) -> SettingKey {
        SettingKey(Array(components.prefix(depth)))
    }

    /// Whether a place is one that this pattern stands for.
    fileprivate func matches(_ place: SettingKey) -> Bool {
        components.count == place.components.count
            && zip(components, place.components).allSatisfy { $0 == "*" || $0 == $1 }
    }
}

/// One key of a schema. A component `*` of its place stands for a name that the operator chooses.
package struct SchemaKey: Sendable {
    package let place: SettingKey
    /// What its type allows.
    package let allowed: String
    package let standard: Standard
    /// What the sample files show: a value of the right type, as it might be used.
    package let example: DocumentNode
    /// One or two sentences; the type says what is allowed.
    package let documentation: String
    /// Further environment variables, in the order in which they are looked at. They lose to the
    /// one whose name follows from the place.
    package let aliases: [VariableAlias]
    /// A node of a file as the key's value would be written.
    let checked: @Sendable (DocumentNode) throws(Rejection) -> DocumentNode
    /// Checks the text of a variable or a flag.
    let checkedText: @Sendable (String) throws(Rejection) -> DocumentNode

    init<Value>(
        _ place: SettingKey, _ type: ValueType<Value>, _ standard: Standard,
        _ example: DocumentNode, _ aliases: [VariableAlias], _ documentation: String
    ) {
        self.place = place
        allowed = type.allowed
        self.standard = standard
        self.example = example
        self.documentation = documentation
        self.aliases = aliases
        checked = { node throws(Rejection) in type.write(try type.read(node)) }
        checkedText = { text throws(Rejection) in
            type.write(try type.read(try type.node(text)))
        }
    }

    /// What holds where a key is not set.
    package enum Standard: Sendable, Equatable {
        case value(DocumentNode)
        /// Not set; the text says what that means.
        case unset(String)
        /// There is no default: the key has to be set wherever its table is.
        case required

        package var value: DocumentNode? {
            if case .value(let value) = self { value } else { nil }
        }
    }
}

/// One table of a schema.
package struct SchemaTable: Sendable {
    package let place: SettingKey
    package let documentation: String
    /// What `*` may be in the sample files.
    package let exampleName: String?
}
