/// Lays environment variables and flags over the settings of the main file.
///
/// A variable with no text counts as not set, as with the AWS tools. `SQS_SUBSCRIBER_AWS_REGION`
/// and the like win over the variables of the AWS tools, these win over the files, flags win over
/// all.
struct EnvironmentReader {
    static let prefix = "SQS_SUBSCRIBER_"
    let environment: [String: String]

    func read(into table: inout SettingTable, problems: inout Problems) {
        for key in table.schema.keys {
            let names = table.schema.variables(of: key).filter { !isIgnored($0) }
            guard let name = names.first(where: { isSet($0) }), let text = environment[name] else {
                continue
            }
            Self.read(text, key, .environment(name), into: &table, problems: &problems)
        }
        reportUnknown(schema: table.schema, problems: &problems)
    }

    static func read(
        _ overrides: [ConfigurationOverride], into table: inout SettingTable,
        problems: inout Problems
    ) {
        for override in overrides {
            let origin = Origin.flag(override.flag)
            let place = SettingKey(override.key)
            guard let key = table.schema.keys.first(where: { $0.place == place }) else {
                problems.add(origin, key: place, "there is no such setting")
                continue
            }
            read(override.value, key, origin, into: &table, problems: &problems)
        }
    }

    private static func read(
        _ text: String, _ key: Schema.SchemaKey, _ origin: Origin, into table: inout SettingTable,
        problems: inout Problems
    ) {
        do throws(Rejection) {
            table.set(key.place, try key.type.read(text: text), origin)
        } catch {
            problems.add(
                origin, key: key.place, "\(error.problem); allowed: \(key.type.allowed)")
        }
    }

    private func isSet(_ name: String) -> Bool { environment[name]?.isEmpty == false }

    /// `AWS_IGNORE_CONFIGURED_ENDPOINT_URLS` makes the AWS tools deaf to their variables for
    /// endpoints (AWS SDKs and Tools Reference Guide, "Service-specific endpoints").
    private func isIgnored(_ name: String) -> Bool {
        name.hasPrefix("AWS_ENDPOINT_URL")
            && environment["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"]?.lowercased() == "true"
    }

    private func reportUnknown(schema: Schema, problems: inout Problems) {
        let known = schema.keys.compactMap { schema.variables(of: $0).first }
            .map { String($0.dropFirst(Self.prefix.count)) }
        for name in environment.keys.sorted() where name.hasPrefix(Self.prefix) {
            let rest = String(name.dropFirst(Self.prefix.count))
            guard !known.contains(rest) else { continue }
            let nearest = Suggestion.nearest(to: rest, of: known)
            let hint =
                nearest.map { ", did you mean \(Self.prefix)\($0)?" }
                ?? "; known: \(known.map { Self.prefix + $0 }.joined(separator: ", "))"
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
