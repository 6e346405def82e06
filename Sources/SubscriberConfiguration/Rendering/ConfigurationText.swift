/// The merged configuration as one TOML document, for `config`.
///
/// Each line says where its value came from; keys that are not set stand as comments that say what
/// that means. The handlers' files become tables: `[handlers.orders.exec]`. Secrets are replaced as
/// ``Redaction`` says.
package enum ConfigurationText {
    package static func render(_ configuration: Configuration) -> String {
        let provenance = configuration.provenance
        var lines = provenance.files.map { "# read: \($0)" }
        lines += provenance.masks.map { "# masked: \($0)" }
        if lines.isEmpty { lines = ["# no file was read"] }
        lines += body(of: provenance.main, below: SettingKey([]))
        for (name, table) in provenance.handlers.sorted(by: { $0.key < $1.key }) {
            let place = SettingKey(["handlers", name])
            lines += ["", "[\(place)]"] + body(of: table, below: place)
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// The keys of the document's root, then its tables.
    private static func body(of table: SettingTable, below prefix: SettingKey) -> [String] {
        var lines = keyLines(of: table, in: SettingKey([]))
        for place in tables(of: table) {
            let inner = keyLines(of: table, in: place)
            let header = SettingKey(prefix.components + place.components)
            lines += ["", "[\(header)]"] + inner
        }
        return lines
    }

    /// Every table with something to show, in the order of the schema.
    private static func tables(of table: SettingTable) -> [SettingKey] {
        var places: [SettingKey] = []
        for pattern in table.schema.tables.map(\.place) {
            let found: [SettingKey] =
                if pattern.last == "*" {
                    table.names(in: pattern.parent).map { pattern.parent.child($0) }
                } else {
                    [pattern]
                }
            places += found.filter { place in
                table.origin(ofTable: place) != nil || table.keys.contains { $0.parent == place }
            }
        }
        return places.filter { !($0.components == ["queues"]) }
    }

    private static func keyLines(of table: SettingTable, in place: SettingKey) -> [String] {
        var lines: [String] = []
        for key in table.schema.keys(in: place) {
            let names = key.place.last == "*" ? table.names(in: place) : [key.place.last]
            for name in names {
                let own = place.child(name)
                if let setting = table[own] {
                    let literal = setting.value.redactedLiteral(named: name)
                    lines.append("\(TOMLText.key(name)) = \(literal)  # \(setting.origin)")
                } else if case .unset(let meaning) = key.standard, key.place.last != "*" {
                    lines.append("# \(name) is not set: \(meaning)")
                }
            }
        }
        return lines
    }
}
