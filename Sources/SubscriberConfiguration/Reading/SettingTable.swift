import AWS
import EventPatterns

/// The settings of one file with everything that is laid over it, key by key.
package struct SettingTable: Sendable, Equatable {
    package let schema: Schema
    private var settings: [SettingKey: Setting] = [:]
    private var tables: [SettingKey: Origin] = [:]
    /// Keys with a value that was refused: not set, but not missing either.
    private var refused: Set<SettingKey> = []

    init(schema: Schema) {
        self.schema = schema
    }

    package static func == (one: SettingTable, other: SettingTable) -> Bool {
        one.settings == other.settings && one.tables == other.tables
    }

    package subscript(_ key: SettingKey) -> Setting? { settings[key] }

    /// Every key that has a value.
    package var keys: [SettingKey] { Array(settings.keys) }

    /// Where a table was first named; nil where it was not.
    func origin(ofTable place: SettingKey) -> Origin? { tables[place] }

    /// The names in a table, sorted: those of tables in it as well as those of keys.
    func names(in place: SettingKey) -> [String] {
        let depth = place.components.count
        let inside = (Array(settings.keys) + Array(tables.keys) + Array(refused)).filter {
            $0.components.count > depth && Array($0.components.prefix(depth)) == place.components
        }
        return Set(inside.map { $0.components[depth] }).sorted()
    }

    /// Whether nobody tried to set the key.
    func isMissing(_ key: SettingKey) -> Bool {
        settings[key] == nil && !refused.contains(key)
    }

    /// Tells where a key has no value that has to have one.
    func checkRequired(_ key: SettingKey, file: Origin, problems: inout Problems) {
        guard isMissing(key), case .key(let known) = schema.entry(at: key) else { return }
        // The line of the table is where the key would be written.
        let place = origin(ofTable: key.parent) ?? file
        problems.add(place, key: key, "is missing; it has to be \(known.type.allowed)")
    }

    /// Sets a key; what was set before is overridden.
    mutating func set(_ key: SettingKey, _ value: SettingValue, _ origin: Origin) {
        settings[key] = Setting(value: value, origin: origin)
    }

    mutating func remove(_ key: SettingKey) {
        settings[key] = nil
    }

    mutating func refuse(_ key: SettingKey) {
        refused.insert(key)
    }

    mutating func addTable(_ place: SettingKey, _ origin: Origin) {
        if tables[place] == nil { tables[place] = origin }
    }

    /// Gives every key of the table that has a default and no value its default.
    mutating func fillDefaults(in place: SettingKey) {
        for key in schema.keys(in: place) {
            let own = place.child(key.place.last)
            guard let value = key.standard.value, settings[own] == nil else { continue }
            settings[own] = Setting(value: value, origin: .standard)
        }
    }
}

extension SettingTable {
    func text(_ key: SettingKey) -> String? {
        if case .text(let text) = self[key]?.value { text } else { nil }
    }

    func texts(_ key: SettingKey) -> [String]? {
        if case .texts(let texts) = self[key]?.value { texts } else { nil }
    }

    func integer(_ key: SettingKey) -> Int? {
        switch self[key]?.value {
        case .integer(let number), .size(let number): number
        default: nil
        }
    }

    func number(_ key: SettingKey) -> Double? {
        if case .number(let number) = self[key]?.value { number } else { nil }
    }

    func integers(_ key: SettingKey) -> [Int]? {
        if case .integers(let numbers) = self[key]?.value { numbers } else { nil }
    }

    func boolean(_ key: SettingKey) -> Bool? {
        if case .boolean(let flag) = self[key]?.value { flag } else { nil }
    }

    func duration(_ key: SettingKey) -> Duration? {
        if case .duration(let duration) = self[key]?.value { duration } else { nil }
    }

    func durations(_ key: SettingKey) -> [Duration]? {
        if case .durations(let durations) = self[key]?.value { durations } else { nil }
    }

    func pattern(_ key: SettingKey) -> EventPattern? {
        if case .pattern(let pattern) = self[key]?.value { pattern } else { nil }
    }

    func queue(_ key: SettingKey) -> QueueReference? {
        if case .queue(let queue) = self[key]?.value { queue } else { nil }
    }
}
