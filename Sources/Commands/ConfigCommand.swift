import ArgumentParser
import Daemon
import SubscriberConfiguration

struct ConfigCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config",
        abstract: "Print the configuration as it is in force, and where each value comes from.",
        discussion: "Exits with 78, and prints all that is wrong, when it is invalid.")

    @Option(
        name: .customLong("queue"), parsing: .singleValue,
        help: ArgumentHelp("As for run.", valueName: "queue"))
    var queues: [String] = []

    @OptionGroup(title: "Configuration")
    var options: ConfigurationOptions

    func run() async throws {
        let configuration = try options.load(queues: queues)
        _ = try await ServiceFlags.checkService(
            of: configuration, environment: ProcessEnvironment.current)
        Terminal.line(ConfigurationText.render(configuration))
    }
}
