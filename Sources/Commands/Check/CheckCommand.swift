import ArgumentParser
import Daemon
import HandlerLibrary
import Settings
import SubscriberConfiguration

struct CheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Say whether the configuration is valid, and all that is wrong with it.",
        discussion: """
            Exits with 78 when it is not, as run would. Run it before a reload. Warns of handlers' \
            programs, scripts, interpreters, sockets and folders that are missing or may not be \
            used; starts none of them, and asks nobody over the network.

            Judges for the user of \(ServiceUnit.standardName) where root asks and systemd knows \
            it, with the environment that the unit sets; with --config /etc/sqs-subscriber@NAME, \
            of sqs-subscriber@NAME.service. For a unit with DynamicUser= that is not running, that \
            is a user who owns nothing. Otherwise for the user who asks. Its last line says for \
            whom.
            """)

    @Option(
        name: .customLong("queue"), parsing: .singleValue,
        help: ArgumentHelp("As for run.", valueName: "queue"))
    var queues: [String] = []

    @Option(help: ArgumentHelp("Judge for this user; root can.", valueName: "name"))
    var user: String?

    @OptionGroup(title: "Configuration")
    var options: ConfigurationOptions

    func run() async throws {
        let account: JudgedAccount
        do {
            account = try await JudgedAccount.assume(user, configuration: options.directory)
        } catch {
            throw error.exit()
        }
        let place = account.place
        let configuration = try options.load(queues: queues, environment: place.environment)
        let remarks = try await ServiceFlags.checkService(
            of: configuration, environment: place.environment)
        var findings = FileWarnings.of(configuration, at: place)
        findings += PatternWarnings.of(configuration)
        if let problem = FileWarnings.ofState(configuration) { findings.append(problem) }
        Terminal.line(
            CheckReport.text(
                configuration, findings: findings.map(\.description) + remarks,
                judgedFor: account.description))
    }
}
