import ArgumentParser
import Daemon
import Logging
import SubscriberConfiguration
import Systemd

struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Receive messages and hand them to their handlers, until told to stop.",
        discussion: """
            Reads the handlers in handlers.d. With --queue, or with $SQS_QUEUE_NAME and no handler \
            at all, the bodies are logged and deleted.

            SIGTERM or Ctrl-C stops it: what runs may finish within grace_time, what has not \
            started is made visible again. A second one stops it at once. SIGHUP reads the \
            handlers again.

            EXAMPLES
              sqs-subscriber run
              SQS_QUEUE_NAME=demo sqs-subscriber run
              sqs-subscriber run --local --queue demo
            """)

    @Option(
        name: .customLong("queue"), parsing: .singleValue,
        help: ArgumentHelp(
            "Log the messages of this queue instead of reading handlers.d; repeat for more.",
            valueName: "queue"))
    var queues: [String] = []

    @Flag(help: "Serve an embedded queue in this process instead of asking AWS.")
    var local = false

    @Option(
        help: ArgumentHelp("Where the embedded queue listens.", valueName: "host:port"))
    var listen: ListenAddress = ListenAddress.standard

    @Option(
        name: .customLong("allow-host"), parsing: .singleValue,
        help: AllowedHosts.help)
    var names: [String] = []

    @OptionGroup(title: "Configuration")
    var options: ConfigurationOptions

    func run() async throws {
        // A program with handlers of its own may have clients of its own that read them.
        if CommandLineTool.registrations.isEmpty { ProcessEnvironment.eraseCredentials() }
        let loader = options.loader(queues: queues)
        let configuration = try ServiceFlags.load(loader)
        let destination = LogDestination.detect(environment: ProcessEnvironment.current)
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
        setup.swiftHandlers = CommandLineTool.registrations
        let status =
            local
            ? try await runLocally(&setup, signals: signals)
            : await Daemon(setup).run(signals: signals)
        if status != .success { throw ExitCode(status.rawValue) }
    }

    private func runLocally(
        _ setup: inout Daemon.Setup, signals: SignalListener
    ) async throws -> ExitStatus {
        let queue: LocalQueue
        do {
            queue = try await LocalQueue.start(
                host: listen.host, port: listen.port, queues: setup.configuration.queueNames,
                names: names, logger: setup.logger)
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
