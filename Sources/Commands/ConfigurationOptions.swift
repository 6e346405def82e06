import AWS
import ArgumentParser
import Daemon
import Settings
import SubscriberConfiguration

/// Where the configuration is, and the flags that override it.
struct ConfigurationOptions: ParsableArguments {
    @Option(
        name: .customLong("config"),
        help: ArgumentHelp(
            """
            Read DIR/sqs-subscriber.toml and DIR/handlers.d instead of those in /etc, /run and \
            /usr/lib.
            """, valueName: "dir"))
    var directory: String?

    @Option(help: "How many messages may be handled at once, over all queues.")
    var slots: Int?

    @Option(
        name: .customLong("state-dir"),
        help: ArgumentHelp(
            "Where handled messages that could not be deleted are remembered.", valueName: "dir"))
    var stateDirectory: String?

    @Option(
        help: ArgumentHelp(
            "Where the daemon is asked and told, see status and reload.", valueName: "path"))
    var controlSocket: String?

    @Option(help: "debug, info, notice, warning or error.")
    var logLevel: String?

    @OptionGroup(title: "Service")
    var service: ServiceFlags

    /// What `--queue` and the flags leave of the files.
    func loader(
        queues: [String] = [], environment: [String: String] = ProcessEnvironment.current
    ) -> ConfigurationLoader {
        var overrides = service.overrides
        if let slots {
            overrides.append(
                ConfigurationOverride(key: "slots", value: String(slots), flag: "--slots"))
        }
        if let stateDirectory {
            overrides.append(
                ConfigurationOverride(
                    key: "state_directory", value: stateDirectory, flag: "--state-dir"))
        }
        if let controlSocket {
            overrides.append(
                ConfigurationOverride(
                    key: "control_socket", value: controlSocket, flag: "--control-socket"))
        }
        if let logLevel {
            overrides.append(
                ConfigurationOverride(key: "log.level", value: logLevel, flag: "--log-level"))
        }
        return ServiceFlags.loader(
            directory: directory, overrides: overrides, queues: queues, environment: environment)
    }

    /// - Throws: an exit with status 78, after all errors were printed.
    func load(
        queues: [String] = [], environment: [String: String] = ProcessEnvironment.current
    ) throws -> Configuration {
        try ServiceFlags.load(loader(queues: queues, environment: environment))
    }
}

/// The flags that say how AWS is reached.
struct ServiceFlags: ParsableArguments {
    @Option(
        name: .customLong("endpoint-url"),
        help: ArgumentHelp(
            "The URL of an SQS-compatible server, such as http://127.0.0.1:9324.",
            valueName: "url"))
    var endpointURL: String?

    @Option(help: "The AWS region. Otherwise as the AWS CLI finds it.")
    var region: String?

    @Option(help: "The profile in the AWS files. Otherwise as the AWS CLI finds it.")
    var profile: String?

    var overrides: [ConfigurationOverride] {
        let given = [
            ("aws.endpoint_url", endpointURL, "--endpoint-url"),
            ("aws.region", region, "--region"), ("aws.profile", profile, "--profile"),
        ]
        return given.compactMap { key, value, flag in
            value.map { ConfigurationOverride(key: key, value: $0, flag: flag) }
        }
    }

    static func loader(
        directory: String?, overrides: [ConfigurationOverride], queues: [String],
        environment: [String: String] = ProcessEnvironment.current
    ) -> ConfigurationLoader {
        let registrations = CommandLineTool.registrations.map(\.registration)
        guard let directory else {
            return ConfigurationLoader(
                environment: environment, overrides: overrides, queues: queues,
                registrations: registrations)
        }
        return ConfigurationLoader(
            onlyDirectory: directory, environment: environment, overrides: overrides,
            queues: queues, registrations: registrations)
    }

    /// - Returns: what may end a run, for a warning.
    /// - Throws: an exit with status 78 for what would end a run.
    static func checkService(
        of configuration: Configuration, environment: [String: String]
    ) async throws -> [String] {
        do {
            return try await ServiceCheck.check(configuration, environment: environment)
        } catch {
            throw CommandFailure(.configuration, error.description).exit()
        }
    }

    static func load(_ loader: ConfigurationLoader) throws -> Configuration {
        do {
            return try loader.load()
        } catch {
            Terminal.line(CheckReport.text(error), to: .error)
            throw ExitCode(ExitStatus.configuration.rawValue)
        }
    }
}
