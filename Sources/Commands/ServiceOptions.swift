import AWS
import ArgumentParser
import Daemon
import Logging
import MessageHandling
import SQS
import SubscriberConfiguration

/// The options of a command that speaks to one queue.
struct ServiceOptions: ParsableArguments {
    @Option(
        name: .customLong("config"),
        help: ArgumentHelp(
            "Take the [aws] settings from DIR/sqs-subscriber.toml.", valueName: "dir"))
    var directory: String?

    @OptionGroup
    var flags: ServiceFlags

    /// The name of no queue in particular, for who asks about all: only the settings are wanted.
    static let anyQueue = "any"

    /// - Parameters:
    ///   - queue: its name, URL or ARN.
    ///   - command: the command's name, for what the connection logs.
    /// - Throws: where it names no queue, the configuration is invalid, or region or endpoint
    ///   cannot be used.
    func connect(queue text: String, for command: String) async throws -> QueueConnection {
        let environment = ProcessEnvironment.current
        let configuration = try ServiceFlags.load(
            ServiceFlags.loader(
                directory: directory, overrides: flags.overrides, queues: [text]))
        guard let reference = configuration.subscriptions.first?.queue else {
            throw CommandFailure(.configuration, "\(text) names no queue")
        }
        do {
            let connection = try await ServiceConnection.open(
                settings: configuration.aws, environment: environment,
                queue: reference.text, logger: Logger(label: command))
            return QueueConnection(connection: connection, reference: reference)
        } catch {
            throw CommandFailure(.configuration, error.description)
        }
    }

    /// What the daemon's configuration subscribes to; nothing where there is none that is valid.
    func subscriptions() -> [SubscriberConfiguration.SubscriptionSettings] {
        let loader = ServiceFlags.loader(
            directory: directory, overrides: flags.overrides, queues: [])
        return (try? loader.load())?.subscriptions ?? []
    }

    /// Does a command's work on one queue that exists, and ends as that says.
    /// - Throws: an exit, after the reason was printed.
    func work(
        on queue: String, for command: String,
        _ body: (QueueConnection, Queue) async throws -> Void
    ) async throws {
        try await work(for: command, queue: queue) { connection in
            try await body(connection, try await connection.openQueue())
        }
    }

    /// Does a command's work, and ends as that says.
    /// - Parameter queue: a URL or ARN may say the region.
    /// - Throws: an exit, after the reason was printed.
    func work(
        for command: String, queue: String = anyQueue,
        _ body: (QueueConnection) async throws -> Void
    ) async throws {
        do {
            let connection = try await connect(queue: queue, for: command)
            do {
                try await body(connection)
            } catch {
                await connection.close()
                throw error
            }
            await connection.close()
        } catch let failure as CommandFailure {
            throw failure.exit()
        } catch let error as SQSError {
            throw CommandFailure(error).exit()
        } catch let error as InputError {
            throw CommandFailure(.inputMissing, error.description).exit()
        }
    }
}

/// A queue and the way to it.
struct QueueConnection {
    private let connection: ServiceConnection
    private let reference: QueueReference

    init(connection: ServiceConnection, reference: QueueReference) {
        self.connection = connection
        self.reference = reference
    }

    var service: SQSClient { connection.service }

    func openQueue() async throws -> Queue {
        do {
            return try await QueueOpener(service: connection.service).locate(reference)
        } catch {
            throw CommandFailure(error)
        }
    }

    /// Another queue, of the same region.
    func locate(_ reference: QueueReference) async throws(SQSError) -> Queue {
        try await QueueOpener(service: connection.service).locate(reference)
    }

    func facts(of queue: Queue) async throws(SQSError) -> QueueFacts {
        QueueFacts(try await service.attributes(["All"], of: queue.url))
    }

    func close() async {
        await connection.close()
    }
}
