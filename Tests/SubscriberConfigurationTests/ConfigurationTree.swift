import FoundationEssentials
import Glibc
import Settings
import SubscriberConfiguration
import TestKit

/// Three configuration directories of a test's own: `etc`, `run` and `lib`, in order of precedence.
/// They are removed when the test lets go of them.
final class ConfigurationTree: Sendable {
    private let folder: TemporaryFolder
    var root: String { folder.path }

    init() throws {
        folder = try TemporaryFolder()
        for directory in ["etc", "run", "lib"] {
            try FileManager.default.createDirectory(
                atPath: folder.path(of: "\(directory)/handlers.d"),
                withIntermediateDirectories: true)
        }
    }

    func path(_ name: String) -> String { folder.path(of: name) }

    /// Writes a file, with the directories it needs.
    func write(_ name: String, _ text: String) throws {
        try write(name, bytes: Array(text.utf8))
    }

    func write(_ name: String, bytes: [UInt8]) throws {
        let file = path(name)
        let folder = file[..<(file.lastIndex(of: "/") ?? file.endIndex)]
        try FileManager.default.createDirectory(
            atPath: String(folder), withIntermediateDirectories: true)
        try Data(bytes).write(to: URL(filePath: file))
    }

    func link(_ name: String, to target: String) throws {
        try FileManager.default.createSymbolicLink(
            atPath: path(name), withDestinationPath: target)
    }

    func fifo(_ name: String) {
        mkfifo(path(name), 0o644)
    }

    /// A handler file with nothing but what it needs.
    func handler(_ name: String, queue: String = "orders", in directory: String = "etc") throws {
        try write("\(directory)/handlers.d/\(name).toml", "queue = \"\(queue)\"\n[journal]\n")
    }

    func load(
        environment: [String: String] = [:], overrides: [ConfigurationOverride] = [],
        queues: [String] = [], registrations: [HandlerRegistration] = []
    ) throws(ConfigurationErrors) -> Configuration {
        try ConfigurationLoader(
            directories: ["etc", "run", "lib"].map(path), environment: environment,
            overrides: overrides, queues: queues, registrations: registrations
        ).load()
    }

    /// The errors, one a line as `check` prints them, with paths relative to the tree. Empty where
    /// there are none.
    func errors(
        environment: [String: String] = [:], overrides: [ConfigurationOverride] = [],
        queues: [String] = [], registrations: [HandlerRegistration] = []
    ) -> [String] {
        do throws(ConfigurationErrors) {
            _ = try load(
                environment: environment, overrides: overrides, queues: queues,
                registrations: registrations)
            return []
        } catch {
            return error.errors.map { relative($0.description) }
        }
    }

    func relative(_ text: String) -> String { text.replacing("\(root)/", with: "") }
}

extension Configuration {
    /// All handlers, by name.
    var handlers: [String: HandlerSettings] {
        Dictionary(
            subscriptions.flatMap(\.handlers).map { ($0.name, $0) },
            uniquingKeysWith: { first, _ in first })
    }
}
