import Commands
import Daemon
import Glibc
import Logging
public import MessageHandling
import Settings
import SubscriberConfiguration
import Systemd

/// A daemon with handlers written in Swift.
///
/// Register handlers, then call ``main()`` for the whole command line, or ``run()`` for the daemon
/// alone. Settings and further handlers come from where the packaged daemon has them:
/// `/etc/sqs-subscriber`, the environment, and the files that the AWS tools read.
///
/// ```swift
/// var subscriber = Subscriber()
/// subscriber.handle(queue: "orders") { message, context in
///     try await orders.insert(message.body)
///     context.logger.info("The order is stored")
///     return .done
/// }
/// await subscriber.main()
/// ```
///
/// A message is deleted when its handler is done. What a handler logs is no place for what must be
/// kept of it: lines are left out when there are many, and hidden by their level.
public struct Subscriber: Sendable {
    /// Messages that one handler works on at once, where nothing else is said.
    public static let defaultConcurrency = 10

    private var handlers: [SwiftHandler] = []

    public init() {}

    /// Subscribes a handler to a queue. Several handlers of one queue each get every message.
    ///
    /// A file `handlers.d/NAME.toml` takes the place of this subscription: with `[swift]` it runs
    /// the same handler, with the operator's settings.
    ///
    /// - Parameters:
    ///   - queue: its name, URL or ARN.
    ///   - name: of the handler, for the log and for `handlers.d`; the queue's where not given. The
    ///     daemon does not start where two handlers have the same.
    ///   - concurrency: messages it works on at once, 1 to 10,000.
    public mutating func handle(
        queue: String, name: String? = nil, concurrency: Int = defaultConcurrency,
        with handler: any MessageHandler
    ) {
        add(
            SwiftHandler(
                name: name ?? freeName(for: queue), queue: queue,
                concurrency: max(1, concurrency), handler: handler))
    }

    /// Registers a handler for files in `handlers.d` to use: `[swift]` with `handler = "NAME"`.
    /// Queue, concurrency and everything else are in the file.
    public mutating func register(_ name: String, handler: any MessageHandler) {
        add(
            SwiftHandler(
                name: name, queue: nil, concurrency: Self.defaultConcurrency, handler: handler))
    }

    private mutating func add(_ handler: SwiftHandler) {
        handlers.append(handler)
    }

    /// The queue's own name, with a number where a handler has it already.
    private func freeName(for queue: String) -> String {
        let name = queue.split(whereSeparator: { $0 == "/" || $0 == ":" }).last.map(String.init)
        let base = name ?? queue
        let taken = Set(handlers.map(\.name))
        guard taken.contains(base) else { return base }
        var number = 2
        while taken.contains("\(base)-\(number)") { number += 1 }
        return "\(base)-\(number)"
    }
}

extension Subscriber {
    /// Carries out the arguments of the process, as `sqs-subscriber` does: `run`, `check`,
    /// `config`, `publish`, `queue` and the others; `--help` explains them.
    ///
    /// Ends the process with a status of sysexits(3) where a command fails. Call it from a
    /// program's `main`; it takes over signals and logging.
    public func main() async {
        await CommandLineTool.run(registering: handlers)
    }

    /// Serves until SIGTERM or SIGINT, and returns the status to exit with: 0, or one of
    /// sysexits(3). Errors were logged by then. For a program with a command line of its own;
    /// takes over the process's signals and its logging, also for what the program logs itself: a
    /// thread writes it, and `exit(3)` or the end of `main` waits up to 2 s for that thread.
    ///
    /// From here on other processes of the same user can read neither the process's memory nor its
    /// environment, which hold credentials, and there are no core dumps of it; `core_dumps = true`
    /// in the daemon's settings, or `SQS_SUBSCRIBER_CORE_DUMPS=true`, leaves the process as it is
    /// usual. ``main()`` does the same where its command is `run`.
    public func run() async -> Int32 {
        SignalListener.ignoreUntilListening()
        ProcessMemory.boundArenas()
        ProcessMemory.set(isReadable: false)
        let environment = ProcessEnvironment.current
        let loader = ConfigurationLoader(
            environment: environment, registrations: handlers.map(\.registration))
        let destination = LogDestination.detect(environment: environment)
        let configuration: Configuration
        do {
            configuration = try loader.load()
        } catch {
            let refusal = ConfigurationRefusal(error, destination: destination)
            refusal.notify(environment: environment)
            refusal.log()
            return ExitStatus.configuration.rawValue
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
            environment: environment, logger: Logger(label: "sqs-subscriber"),
            limitsMessageLines: destination == .journal)
        setup.swiftHandlers = handlers
        return await Daemon(setup).run(signals: signals).rawValue
    }
}
