/// Lays environment variables and flags over the settings of the main file.
///
/// A variable with no text counts as not set. The variables that follow from the names of the keys
/// win over their aliases, these win over the files, flags win over all. A variable that loses is
/// not looked at: it may be meant for another program.
package struct EnvironmentReader {
    private let environment: [String: String]
    private let overrides: [ConfigurationOverride]

    package init(environment: [String: String], overrides: [ConfigurationOverride] = []) {
        self.environment = environment
        self.overrides = overrides
    }

    package func read(into table: inout SettingTable, problems: inout Problems) {
        let overridden = Set(overrides.map { SettingKey($0.key) })
        for key in table.schema.keys where !overridden.contains(key.place) {
            guard let (name, text) = table.schema.variable(of: key, in: environment) else {
                continue
            }
            Self.read(text, key, .environment(name), into: &table, problems: &problems)
        }
        reportUnknown(schema: table.schema, problems: &problems)
        readOverrides(into: &table, problems: &problems)
    }

    private func readOverrides(into table: inout SettingTable, problems: inout Problems) {
        for override in overrides {
            let origin = Origin.flag(override.flag)
            let place = SettingKey(override.key)
            guard let key = table.schema.keys.first(where: { $0.place == place }) else {
                problems.add(origin, key: place, "there is no such setting")
                continue
            }
            Self.read(override.value, key, origin, into: &table, problems: &problems)
        }
    }

    private static func read(
        _ text: String, _ key: SchemaKey, _ origin: Origin, into table: inout SettingTable,
        problems: inout Problems
    ) {
        do throws(Rejection) {
            table.set(key.place, try key.checkedText(text), origin)
        } catch {
            for problem in error.problems {
                problems.add(origin, key: key.place, "\(problem.text); allowed: \(key.allowed)")
            }
        }
    }

    private func reportUnknown(schema: Schema, problems: inout Problems) {
        guard let prefix = schema.variablePrefix else { return }
        let known = schema.keys.compactMap { schema.variables(of: $0).first }
            .map { String($0.dropFirst(prefix.count)) }
        for name in environment.keys.sorted() where name.hasPrefix(prefix) {
            let rest = String(name.dropFirst(prefix.count))
            guard !known.contains(rest) else { continue }
            let nearest = Suggestion.nearest(to: rest, of: known)
            let hint =
                nearest.map { ", did you mean \(prefix)\($0)?" }
                ?? "; known: \(known.map { prefix + $0 }.joined(separator: ", "))"
            problems.add(.environment(name), "there is no such setting\(hint)")
        }
    }
}

/// A setting given on the command line.
package struct ConfigurationOverride: Sendable, Equatable {
    /// A key of the main file: `aws.region`.
    package let key: String
    package let value: String
    /// The flag as it is written, for messages: `--region`.
    package let flag: String

    package init(key: String, value: String, flag: String) {
        self.key = key
        self.value = value
        self.flag = flag
    }
}
