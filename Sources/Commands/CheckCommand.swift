import AWS
import ArgumentParser
import Daemon
import SubscriberConfiguration

struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Say whether the configuration is valid, and all that is wrong with it.",
        discussion: """
            Exits with 78 when it is not. Run it before a reload. Warns of handlers' programs, \
            interpreters and working directories that are missing or may not be executed by the \
            user who asks; starts none of them.
            """)

    @Option(
        name: .customLong("queue"), parsing: .singleValue,
        help: ArgumentHelp("As for run.", valueName: "queue"))
    var queues: [String] = []

    @OptionGroup(title: "Configuration")
    var options: ConfigurationOptions

    func run() throws {
        let configuration = try options.load(queues: queues)
        do {
            try ServiceConnection.checkTransport(
                settings: configuration.aws, environment: ProcessEnvironment.current)
        } catch {
            throw CommandFailure(.configuration, error.description).exit()
        }
        let findings = ProgramWarnings.of(configuration, environment: ProcessEnvironment.current)
        Terminal.line(CheckReport.text(configuration, findings: findings))
    }
}
