/// Settings with a field for each key, each at its default to begin with.
package protocol KeyedSettings: Sendable, Equatable {
    /// Every field at the default of its key. A field whose key has to be set holds what no file
    /// could say, or nothing.
    init()
}

/// One key of a table of the configuration, and the field of the table's settings that it fills.
///
/// The one place where a key is written down: its default is what its field holds in new settings,
/// its example is as a file says it.
package struct Key<Settings: KeyedSettings>: Sendable {
    package typealias Field<Value> = WritableKeyPath<Settings, Value> & Sendable

    /// What a schema has of the key, in a table at a place.
    let schema: @Sendable (SettingKey) -> (key: SchemaKey, table: SchemaTable?)
    /// Fills the field with what a table of settings has at a place, and tells what is wrong.
    let fill: @Sendable (SettingTable, SettingKey, inout Settings, inout Problems) -> Void

    /// A key that has a default.
    package init<Value>(
        _ name: String, _ field: any Field<Value>, _ type: ValueType<Value>, _ documentation: String
    ) {
        let standard = type.write(Settings()[keyPath: field])
        self.init(name, type, .value(standard), standard, [], documentation) {
            $0[keyPath: field] = $1
        }
    }

    /// A key that has to be set wherever its table is.
    package init<Value>(
        required name: String, _ field: any Field<Value>, _ type: ValueType<Value>,
        example: DocumentNode,
        _ documentation: String
    ) {
        self.init(name, type, .required, example, [], documentation) {
            $0[keyPath: field] = $1
        }
    }

    /// A key that has to be set wherever its table is; its field is nil where it is not.
    package init<Value>(
        required name: String, _ field: any Field<Value?>, _ type: ValueType<Value>,
        example: DocumentNode,
        _ documentation: String
    ) {
        self.init(name, type, .required, example, [], documentation) {
            $0[keyPath: field] = $1
        }
    }

    /// A key whose field is nil where it is not set; `unset` says what that means.
    package init<Value>(
        _ name: String, _ field: any Field<Value?>, _ type: ValueType<Value>, unset: String,
        example: DocumentNode, aliases: [VariableAlias] = [], _ documentation: String
    ) {
        self.init(name, type, .unset(unset), example, aliases, documentation) {
            $0[keyPath: field] = $1
        }
    }

    /// A list that is empty where the key is not set; `empty` says what that means.
    package init<Value>(
        _ name: String, _ field: any Field<[Value]>, _ type: ValueType<[Value]>, empty: String,
        example: DocumentNode, _ documentation: String
    ) {
        self.init(name, type, .unset(empty), example, [], documentation) {
            $0[keyPath: field] = $1
        }
    }

    /// A table of texts whose names the operator chooses.
    ///
    /// - Parameters:
    ///   - example: a name and its text, for the sample files.
    ///   - check: what is wrong with which of the names.
    package init(
        table name: String, _ field: any Field<[String: String]>,
        example: (name: String, text: String), about table: String, _ documentation: String,
        check: @escaping @Sendable ([String: String]) -> [String: String]
    ) {
        schema = { place in
            let place = place.child(name)
            let key = SchemaKey(
                place.child("*"), ValueType.anyText, .unset(""), .text(example.text), [],
                documentation)
            return (
                key, SchemaTable(place: place, documentation: table, exampleName: example.name)
            )
        }
        fill = { values, place, settings, problems in
            let place = place.child(name)
            for name in values.names(in: place) {
                settings[keyPath: field][name] = values.value(place.child(name), .anyText)
            }
            let wrong = check(settings[keyPath: field]).sorted { $0.key < $1.key }
            for (name, problem) in wrong {
                let key = place.child(name)
                problems.add(values[key]?.origin ?? .standard, key: key, problem)
            }
        }
    }

    private init<Value>(
        _ name: String, _ type: ValueType<Value>, _ standard: SchemaKey.Standard,
        _ example: DocumentNode, _ aliases: [VariableAlias], _ documentation: String,
        set: @escaping @Sendable (inout Settings, Value) -> Void
    ) {
        schema = { place in
            (SchemaKey(place.child(name), type, standard, example, aliases, documentation), nil)
        }
        fill = { values, place, settings, problems in
            let key = place.child(name)
            guard let setting = values[key] else { return }
            do throws(Rejection) {
                set(&settings, try type.read(setting.node))
            } catch {
                // What a program sets was not read from a file; nor is a file the same twice.
                for problem in error.problems {
                    problems.add(
                        setting.origin, key: key, "\(problem.text); allowed: \(type.allowed)")
                }
            }
        }
    }

    private init(
        schema: @escaping @Sendable (SettingKey) -> (key: SchemaKey, table: SchemaTable?),
        fill: @escaping @Sendable (SettingTable, SettingKey, inout Settings, inout Problems) -> Void
    ) {
        self.schema = schema
        self.fill = fill
    }

    /// The keys of settings that are a part of these.
    package static func all<Part>(_ keys: [Key<Part>], of part: any Field<Part>) -> [Key] {
        keys.map { key in
            Key(schema: key.schema) { values, place, settings, problems in
                key.fill(values, place, &settings[keyPath: part], &problems)
            }
        }
    }
}

/// A table of a configuration file: its name, what it is about, and its keys.
package struct KeyTable<Settings: KeyedSettings>: Sendable {
    package let place: SettingKey
    let documentation: String?
    let exampleName: String?
    let keys: [Key<Settings>]

    /// - Parameters:
    ///   - name: with `*` for a component that the operator chooses; empty for the keys that stand
    ///     above the first table.
    ///   - exampleName: what `*` may be, for the sample files.
    package init(
        _ name: String = "", exampleName: String? = nil, _ documentation: String? = nil,
        keys: [Key<Settings>] = []
    ) {
        place = SettingKey(name)
        self.documentation = documentation
        self.exampleName = exampleName
        self.keys = keys
    }

    /// What a schema has of it.
    package var schema: (keys: [SchemaKey], tables: [SchemaTable]) {
        let parts = keys.map { $0.schema(place) }
        let own = documentation.map {
            SchemaTable(place: place, documentation: $0, exampleName: exampleName)
        }
        return (parts.map(\.key), [own].compactMap(\.self) + parts.compactMap(\.table))
    }
}
