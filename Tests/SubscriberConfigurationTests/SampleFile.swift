import HandlerLibrary
import Settings
import SubscriberConfiguration

/// The commented files that are installed, rendered from the schema.
///
/// As in systemd's own configuration files, `# ` begins an explanation and `#` right before a key a
/// setting that shows the default: remove the `#` to change it. Headers of tables stand as they
/// are, so that a key whose `#` is removed lands in its own table; only those with a made-up name
/// do not.
enum SampleFile {
    /// `sqs-subscriber.toml`: every key at its default, and one queue as an example.
    static var main: String {
        let schema = Schema.main
        var lines = comment(mainIntroduction)
        lines += keyLines(schema, in: SettingKey([]), live: [])
        for table in schema.tables {
            lines += tableLines(table, of: schema)
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// An example of a handler file. `kind` is one of ``handlerKinds``.
    static func handler(_ kind: String) -> String {
        let schema = Schema.handler
        var lines = comment(handlerIntroduction)
        lines += keyLines(schema, in: SettingKey([]), live: ["queue"])
        for table in schema.tables
        where ["retry", "limits", "schedule", kind].contains(table.place.components.first)
            && table.place != SettingKey("schedule")
        {
            lines += tableLines(table, of: schema)
        }
        return lines.joined(separator: "\n") + "\n"
    }

    static let handlerKinds = HandlerKinds.all.map { $0.place.description }

    private static let mainIntroduction = """
        Settings of sqs-subscriber. This file may be missing: everything here is the default. \
        Rather than change it, put files into sqs-subscriber.toml.d/ beside it; what they set \
        wins. "sqs-subscriber check" finds mistakes, "sqs-subscriber config" shows the result.
        """
    private static let handlerIntroduction = """
        An example handler. Copy it to /etc/sqs-subscriber/handlers.d/ with a name that ends in \
        .toml, change it, then "sqs-subscriber check" and "systemctl reload sqs-subscriber".
        """

    private static func tableLines(_ table: SchemaTable, of schema: Schema) -> [String] {
        let commented = table.place.last == "*"
        let place = SettingKey(
            table.place.components.map { $0 == "*" ? table.exampleName ?? $0 : $0 })
        var lines = ["", ""] + comment(table.documentation)
        lines.append("\(commented ? "#" : "")[\(place)]")
        lines += keyLines(
            schema, in: table.place, live: commented ? [] : ["command", "url"],
            exampleName: table.exampleName)
        return lines
    }

    /// - Parameter live: the keys that are set, rather than shown.
    private static func keyLines(
        _ schema: Schema, in place: SettingKey, live: [String], exampleName: String? = nil
    ) -> [String] {
        schema.keys(in: place).flatMap { key -> [String] in
            let name = key.place.last == "*" ? exampleName ?? "" : key.place.last
            let mark = live.contains(name) ? "" : "#"
            return [""] + explanation(of: key, in: schema) + [
                "\(mark)\(name) = \(key.example.literal)"
            ]
        }
    }

    private static func explanation(of key: SchemaKey, in schema: Schema) -> [String] {
        var lines = comment(key.documentation)
        lines += comment("Allowed: \(key.allowed).")
        if case .unset(let meaning) = key.standard, key.place.last != "*" {
            lines += comment("Not set: \(meaning).")
        }
        let variables = schema.variables(of: key)
        if !variables.isEmpty {
            lines += comment("Environment: " + variables.joined(separator: ", ") + ".")
        }
        return lines
    }

    /// Wrapped so that a terminal of 80 columns shows it whole.
    private static func comment(_ text: String) -> [String] {
        var lines: [String] = []
        var line = "#"
        for word in text.split(separator: " ") {
            if line.count + 1 + word.count > 79 {
                lines.append(line)
                line = "#"
            }
            line += " \(word)"
        }
        return lines + [line]
    }
}
