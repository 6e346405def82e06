import ArgumentParser
import SubscriberConfiguration

struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Say whether the configuration is valid, and all that is wrong with it.",
        discussion: "Exits with 78 when it is not. Run it before a reload.")

    @Option(
        name: .customLong("queue"), parsing: .singleValue,
        help: ArgumentHelp("As for run.", valueName: "queue"))
    var queues: [String] = []

    @OptionGroup(title: "Configuration")
    var options: ConfigurationOptions

    func run() throws {
        Terminal.line(CheckReport.text(try options.load(queues: queues)))
    }
}
