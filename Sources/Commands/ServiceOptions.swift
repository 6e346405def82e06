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

    /// - Parameter queue: its name, URL or ARN.
    /// - Throws: where it names no queue, the configuration is invalid, or region or endpoint
    ///   cannot be used.
    func connect(queue text: String) async throws -> QueueConnection {
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
                queue: reference.text, logger: Logger(label: "publish"))
            return QueueConnection(connection: connection, reference: reference)
        } catch {
            throw CommandFailure(.configuration, error.description)
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

    var service: any QueueService { connection.service }

    func openQueue() async throws -> Queue {
        do {
            return try await QueueOpener(service: connection.service).locate(reference)
        } catch {
            throw CommandFailure(error)
        }
    }

    func close() async {
        await connection.close()
    }
}
