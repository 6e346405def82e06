import Daemon
import Glibc
import Logging
public import MessageHandling
import SubscriberConfiguration
import Systemd

/// A daemon with handlers written in Swift.
///
/// Register a handler for each queue, then ``run()``. Settings come from `sqs-subscriber.toml`, the
/// environment and the files that the AWS tools read; files in `handlers.d` are not read.
///
/// ```swift
/// var subscriber = Subscriber()
/// subscriber.handle(queue: "orders") { message, context in
///     context.logger.info("order: \(message.body)")
///     return .done
/// }
/// exit(await subscriber.run())
/// ```
public struct Subscriber: Sendable {
    /// Messages that one handler works on at once, where nothing else is said.
    public static let defaultConcurrency = 10

    private var handlers: [SwiftHandler] = []

    public init() {}

    /// Registers a handler for a queue. Several for one queue each get every message.
    ///
    /// - Parameters:
    ///   - queue: its name, URL or ARN.
    ///   - name: for the log; the queue's where not given.
    ///   - concurrency: messages it works on at once, 1 to 10,000.
    public mutating func handle(
        queue: String, name: String? = nil, concurrency: Int = defaultConcurrency,
        with handler: any MessageHandler
    ) {
        handlers.append(
            SwiftHandler(
                queue: queue, name: name ?? queue, concurrency: max(1, concurrency),
                handler: handler))
    }

    /// The same, for a closure.
    public mutating func handle(
        queue: String, name: String? = nil, concurrency: Int = defaultConcurrency,
        with body: @escaping @Sendable (Message, HandlerContext) async throws -> Outcome
    ) {
        handle(queue: queue, name: name, concurrency: concurrency, with: ClosureHandler(body: body))
    }

    /// Serves until SIGTERM or SIGINT, and returns the status to exit with: 0, or one of
    /// sysexits(3). Errors are in the log by then. Takes over the process's signals and its
    /// logging.
    public func run() async -> Int32 {
        SignalListener.ignoreUntilListening()
        let environment = ProcessEnvironment.current
        let loader = ConfigurationLoader(
            environment: environment, queues: Array(Set(handlers.map(\.queue))).sorted())
        let destination = LogDestination.detect(environment: environment)
        let configuration: Configuration
        do {
            configuration = try loader.load()
        } catch {
            let logger = Logger(label: "sqs-subscriber") {
                destination.makeHandler(label: $0, level: .info)
            }
            for error in error.errors { logger.critical("\(error)") }
            return ExitStatus.configuration.rawValue
        }
        let level = Logger.Level(configuration.log.level)
        LoggingSystem.bootstrap { destination.makeHandler(label: $0, level: level) }
        let signals = SignalListener()
        await signals.start()
        var setup = Daemon.Setup(
            configuration: configuration,
            reload: { () throws(ConfigurationErrors) in try loader.load() },
            environment: environment, logger: Logger(label: "sqs-subscriber"),
            limitsMessageLines: destination == .journal)
        setup.swiftHandlers = handlers
        return await Daemon(setup).run(signals: signals).rawValue
    }
}

private struct ClosureHandler: MessageHandler {
    let body: @Sendable (Message, HandlerContext) async throws -> Outcome

    func handle(_ message: Message, context: HandlerContext) async throws -> Outcome {
        try await body(message, context)
    }
}
