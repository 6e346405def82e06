import AWS
import ArgumentParser
import Daemon
import HandlerLibrary
import Logging
import MessageHandling
import SQS
import Settings
import SubscriberConfiguration

struct TryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "try",
        abstract: "Run one handler on one message, and say what would become of the message.",
        discussion: """
            The handler runs as the daemon would run it: envelopes, [match], environment, timeout \
            and outcome are its own. What it does, it does: its program runs, its endpoint is \
            posted to. No queue is touched, and a payload in S3 is fetched but stays there. Run by \
            root for a unit that systemd knows, the handler runs as the unit's user with the \
            unit's environment, but outside its sandbox.

            The message is the body in --body or on standard input, or a file as "aws sqs \
            receive-message" prints it or a record of Lambda's event. With --from-queue it is a \
            copy of one that waits: it is received and released at once, which adds one to its \
            receive count as any receive does, and may be its last before the dead-letter queue.

            Exits with 0 when the message is done, 1 when it would come back or the handler does \
            not take it, 65 when it would be rejected or the file is not valid, 66 when there is \
            no such handler, file, queue or waiting message, 69 when the handler cannot be \
            started or reached, 75 when it was interrupted, 78 when the configuration is invalid.

            EXAMPLES
              sqs-subscriber try orders --body '{"id": 1}' --attribute tenant=a
              sqs-subscriber try orders --message message.json --json
              sqs-subscriber try orders --from-queue
            """)

    @Argument(help: "The handler: its file's name without .toml.")
    var handler: String

    @OptionGroup(title: "Message")
    var input: TrialInput

    @Flag(help: "Print one JSON document.")
    var json = false

    @Option(help: ArgumentHelp("Run as this user; root can.", valueName: "name"))
    var user: String?

    @OptionGroup(title: "Configuration")
    var options: ConfigurationOptions

    func run() async throws {
        do {
            let status = try await attempt()
            if status != .success { throw status }
        } catch let failure as CommandFailure {
            throw failure.exit()
        } catch let error as SQSError {
            throw CommandFailure(error).exit()
        }
    }

    private func attempt() async throws -> ExitCode {
        // Another user may not be able to read it.
        let given = try input.read()
        let account = try await JudgedAccount.assume(user, configuration: options.directory)
        let environment = account.place.environment
        let configuration = try options.load(environment: environment)
        let (settings, subscription) = try find(in: configuration)
        let lines = TrialLines(isShown: !json)
        var setup = Daemon.Setup(
            configuration: configuration,
            reload: { (current) throws(ConfigurationErrors) in current },
            environment: environment, logger: lines.logger, limitsMessageLines: false)
        setup.swiftHandlers = CommandLineTool.registrations
        let connection = try await connect(setup, subscription)
        let message = try await TrialMessage(given, for: subscription, over: connection)
        let trial = Trial(
            setup: setup, connection: connection, lines: lines,
            subject: HandlerTrial.Subject(
                settings, of: subscription, message: message.message,
                attributes: message.attributes))
        let report = TrialReport(
            try await trial.result(showing: json ? nil : message), trial.subject, message)
        await connection.close()
        Terminal.line(json ? report.json(lines.all) : PrintableText.of(report.text))
        return report.status
    }

    private func find(
        in configuration: Configuration
    ) throws(CommandFailure) -> (HandlerSettings, SubscriptionSettings) {
        for subscription in configuration.subscriptions {
            if let found = subscription.handlers.first(where: { $0.name == handler }) {
                return (found, subscription)
            }
        }
        let names = configuration.handlerNames.sorted().joined(separator: ", ")
        throw CommandFailure(.inputMissing, "there is no handler \(handler); there are: \(names)")
    }

    /// Sends nothing. Without a region only a queue, credentials or payloads cannot be had.
    private func connect(
        _ setup: Daemon.Setup, _ subscription: SubscriptionSettings
    ) async throws(CommandFailure) -> ServiceConnection {
        var settings = setup.configuration.aws
        do {
            return try await ServiceConnection.open(
                settings: settings, environment: setup.environment,
                queue: subscription.queue.text, logger: setup.logger)
        } catch {
            guard error.kind == .missing, !input.isFromQueue else {
                throw CommandFailure(.configuration, error.description)
            }
        }
        settings.region = LocalQueue.region
        setup.logger.warning("no region is set; the handler is told \(LocalQueue.region)")
        do {
            return try await ServiceConnection.open(
                settings: settings, environment: setup.environment,
                queue: subscription.queue.text, logger: setup.logger)
        } catch {
            throw CommandFailure(.configuration, error.description)
        }
    }
}
