import ArgumentParser
import Control
import Daemon
import Logging
import Settings
import SubscriberConfiguration
import Systemd

struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Receive messages and hand them to their handlers, until told to stop.",
        discussion: """
            Reads the handlers in handlers.d. With --queue, or with $SQS_QUEUE_NAME and no handler \
            at all, the bodies are written to standard output, or to the journal under systemd, \
            and each message is deleted when its body was taken. The log goes to standard error.

            SIGTERM or Ctrl-C stops it: what runs may finish within grace_time, what has not \
            started is made visible again. A second one stops it at once. SIGHUP reads the \
            handlers and [log] again, as sqs-subscriber reload does. SIGUSR1 logs what it is doing.

            EXAMPLES
              sqs-subscriber run
              SQS_QUEUE_NAME=demo sqs-subscriber run
              SQS_QUEUE_NAME=demo sqs-subscriber run | jq .
              sqs-subscriber run --local --queue demo
            """)

    @Option(
        name: .customLong("queue"), parsing: .singleValue,
        help: ArgumentHelp(
            "Write out the bodies of this queue instead of reading handlers.d; repeat for more.",
            valueName: "queue"))
    var queues: [String] = []

    @Flag(help: "Serve an embedded queue in this process instead of asking AWS.")
    var local = false

    @Option(
        help: ArgumentHelp("Where the embedded queue listens.", valueName: "host:port"))
    var listen: ListenAddress = ListenAddress.standard

    @Option(
        name: .customLong("queues"),
        help: ArgumentHelp(
            "Create the queues of this TOML file in the embedded queue.", valueName: "file"))
    var queueFile: String?

    @Option(
        name: .customLong("allow-host"), parsing: .singleValue,
        help: AllowedHosts.help)
    var names: [String] = []

    @OptionGroup(title: "Configuration")
    var options: ConfigurationOptions

    func run() async throws {
        ProcessMemory.boundArenas()
        ProcessMemory.set(isReadable: false)
        // A program with handlers of its own may have clients of its own that read them.
        if CommandLineTool.registrations.isEmpty { ProcessEnvironment.eraseCredentials() }
        let loader = options.loader(queues: queues)
        let destination = LogDestination.detect(environment: ProcessEnvironment.current)
        let configuration: Configuration
        do {
            configuration = try loader.load()
        } catch {
            throw refuse(error, destination)
        }
        ProcessMemory.set(isReadable: configuration.allowsCoreDumps)
        DaemonLog.bootstrap(destination, level: Logger.Level(configuration.log.level))
        let signals = SignalListener()
        await signals.start()
        var setup = Daemon.Setup(
            configuration: configuration,
            reload: { (current) throws(ConfigurationErrors) in
                try loader.reload(after: current)
            },
            environment: ProcessEnvironment.current,
            logger: Logger(label: "sqs-subscriber"),
            limitsMessageLines: destination == .journal)
        setup.version = Version.number
        let metrics = MetricsRegistry()
        metrics.bootstrap()
        setup.metrics = metrics
        setup.controlSocket = ControlSocket.path(
            configured: configuration.controlSocket, environment: ProcessEnvironment.current)
        setup.swiftHandlers = CommandLineTool.registrations
        let status =
            local
            ? try await runLocally(&setup, signals: signals)
            : await Daemon(setup).run(signals: signals)
        if status != .success { throw ExitCode(status.rawValue) }
    }

    /// Says what is wrong: on a terminal or in a file as `check` does.
    private func refuse(_ errors: ConfigurationErrors, _ destination: LogDestination) -> ExitCode {
        let refusal = ConfigurationRefusal(errors, destination: destination)
        refusal.notify(environment: ProcessEnvironment.current)
        if refusal.isLogged {
            refusal.log()
        } else {
            Terminal.line(CheckReport.text(errors), to: .error)
        }
        return ExitCode(ExitStatus.configuration.rawValue)
    }

    private func runLocally(
        _ setup: inout Daemon.Setup, signals: SignalListener
    ) async throws -> ExitStatus {
        let queue: LocalQueue
        do {
            queue = try await LocalQueue.start(
                host: listen.host, port: listen.port, queues: setup.configuration.queueNames,
                names: names, queueFile: queueFile, logger: setup.logger)
        } catch {
            throw CommandFailure(.unavailable, "\(error)").exit()
        }
        setup.logger.notice("The embedded queue listens at \(queue.endpointURL)")
        setup.localQueue = queue
        let status = await Daemon(setup).run(signals: signals)
        await queue.stop()
        return status
    }
}
