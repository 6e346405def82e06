import AWS
package import EmbeddedQueue
package import Logging
import Systemd

/// The embedded queue inside this process: `run --local` and `demo`.
package struct LocalQueue: Sendable {
    /// What the embedded queue is reached with. It verifies no signature, but a client signs.
    static func settings(endpointURL: String) -> AWSSettings {
        AWSSettings(
            region: region, endpointURL: endpointURL, credentials: .forLocalServers)
    }

    package static let region = Region.ofLocalServers.name

    private let server: EmbeddedQueueServer
    private let running: Task<Void, any Error>
    /// `http://127.0.0.1:PORT`.
    package let endpointURL: String
    /// Where a browser shows its queues; nil where it does not.
    package let pageURL: String?

    /// Returns when it listens.
    ///
    /// - Parameters:
    ///   - port: 0 for any that is free.
    ///   - queues: created at once, each as ``QueueDefinition`` of the embedded queue writes it.
    ///   - names: by which clients know this machine, besides `host`, addresses and `localhost`.
    ///   - queueFile: the path of a file of more queues, see ``QueueFile``.
    ///   - account: in the queues' URLs and ARNs, 12 digits; 000000000000 where nil.
    ///   - isStrict: whether rules of AWS hold that only hinder tests.
    ///   - allowsReset: whether test suites may reset it and move its time.
    ///   - allowsRemote: whether its pages are there also where other machines reach `host`.
    ///   - storage: where the queues are kept; in memory where nil.
    ///   - logger: for what clients should know of the server, such as that it is full.
    /// - Throws: `EmbeddedQueueError` where it cannot listen, the file cannot be read, or a queue
    ///   cannot be created.
    package static func start(
        host: String = "127.0.0.1", port: Int, queues: [String], names: [String] = [],
        queueFile: String? = nil, account: String? = nil, isStrict: Bool = false,
        allowsReset: Bool = false, allowsRemote: Bool = false, storage: QueueStorage? = nil,
        logger: Logger = Logger(label: "local-queue") { _ in SwiftLogNoOpLogHandler() }
    ) async throws -> LocalQueue {
        var configuration = EmbeddedQueueServer.Configuration(
            host: host, port: port, region: region, queues: queues)
        configuration.names = names
        if let queueFile { configuration.definitions = try QueueFile.read(queueFile) }
        if let account { configuration.account = account }
        configuration.isStrict = isStrict
        configuration.allowsReset = allowsReset
        configuration.allowsRemote = allowsRemote
        configuration.storage = storage
        configuration.onQuiet = { ProcessMemory.giveBack() }
        var logger = logger
        // Of the start and the end of each connection nobody needs to know.
        logger.logLevel = max(logger.logLevel, .warning)
        let server = EmbeddedQueueServer(configuration, logger: logger)
        let (ports, found) = AsyncStream<Int>.makeStream()
        let running = Task {
            defer { found.finish() }
            try await server.run(onReady: { found.yield($0) })
        }
        for await actual in ports {
            let authority = host.contains(":") ? "[\(host)]" : host
            let url = "http://\(authority):\(actual)"
            return LocalQueue(
                server: server, running: running, endpointURL: url,
                pageURL: configuration.hasPages ? "\(url)/ui" : nil)
        }
        // It ended before it listened: the task has the reason.
        try await running.value
        throw CancellationError()
    }

    /// Makes sure that these queues exist. Those that do are left as they are.
    ///
    /// - Throws: `EmbeddedQueueError` for the first that cannot be created.
    package func create(_ queues: [String]) async throws {
        for queue in queues { try await server.create(queue) }
    }

    /// A client of this queue, for the process it lives in.
    package func connect() async throws -> ServiceConnection {
        try await ServiceConnection.open(
            settings: Self.settings(endpointURL: endpointURL), environment: [:], queue: nil,
            logger: Logger(label: "local-queue") { _ in SwiftLogNoOpLogHandler() })
    }

    /// Returns when it ended, by ``stop()`` or because it cannot go on.
    ///
    /// - Throws: `EmbeddedQueueError` where its directory cannot be written any more.
    package func end() async throws {
        try await running.value
    }

    /// Ends long polls with an empty answer and returns when every connection is closed.
    package func stop() async {
        await server.stop()
        _ = await running.result
    }
}
