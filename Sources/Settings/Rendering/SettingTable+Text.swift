extension SettingTable {
    /// The settings as the lines of a TOML document: those above its first table, then its tables.
    ///
    /// Each line says where its value came from; keys that are not set stand as comments that say
    /// what that means. Secrets are replaced as ``Redaction`` says.
    ///
    /// - Parameter prefix: the table that they are all in.
    package func lines(below prefix: SettingKey) -> [String] {
        var lines = keyLines(in: SettingKey([]))
        for place in places {
            let header = SettingKey(prefix.components + place.components)
            lines += ["", "[\(header)]"] + keyLines(in: place)
        }
        return lines
    }

    /// Every table with something to show, in the order of the schema.
    private var places: [SettingKey] {
        schema.tables.map(\.place).flatMap { pattern in
            let found: [SettingKey] =
                if pattern.last == "*" {
                    names(in: pattern.parent).map { pattern.parent.child($0) }
                } else {
                    [pattern]
                }
            return found.filter { place in
                origin(ofTable: place) != nil || keys.contains { $0.parent == place }
            }
        }
    }

    private func keyLines(in place: SettingKey) -> [String] {
        var lines: [String] = []
        for key in schema.keys(in: place) {
            let names = key.place.last == "*" ? names(in: place) : [key.place.last]
            for name in names {
                let own = place.child(name)
                if let setting = self[own] {
                    let literal = setting.node.redactedLiteral(named: name)
                    lines.append("\(TOMLText.key(name)) = \(literal)  # \(setting.origin)")
                } else if case .unset(let meaning) = key.standard, key.place.last != "*" {
                    lines.append("# \(name) is not set: \(meaning)")
                }
            }
        }
        return lines
    }
}
