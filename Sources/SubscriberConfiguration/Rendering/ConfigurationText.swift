import Settings

/// The merged configuration as one TOML document, for `config`.
///
/// The handlers' files become tables: `[handlers.orders.exec]`.
package enum ConfigurationText {
    package static func render(_ configuration: Configuration) -> String {
        let provenance = configuration.provenance
        var lines = provenance.files.map { "# read: \($0)" }
        lines += provenance.masks.map { "# masked: \($0)" }
        if lines.isEmpty { lines = ["# no file was read"] }
        lines += provenance.main.lines(below: SettingKey([]))
        for (name, table) in provenance.handlers.sorted(by: { $0.key < $1.key }) {
            let place = SettingKey(["handlers", name])
            lines += ["", "[\(place)]"] + table.lines(below: place)
        }
        return lines.joined(separator: "\n") + "\n"
    }
}
