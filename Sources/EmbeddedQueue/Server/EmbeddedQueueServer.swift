import HTTP
import HTTPServer
import HTTPTypes
import HummingbirdCore
package import Logging
import NIOCore
import NIOPosix
import Synchronization

/// An SQS-compatible queue server for development, tests and machines without AWS.
///
/// Any AWS SDK can talk to it through an endpoint URL. It speaks the JSON protocol and the older
/// query protocol over plain HTTP and verifies no signatures, so it belongs on loopback, where it
/// listens by default. Queues are held in memory and end with it, unless it is given a directory to
/// keep them in. It installs no signal handlers: the process it lives in stops it.
package final class EmbeddedQueueServer: Sendable {
    package struct Configuration: Sendable {
        package var host: String
        /// 0 lets the system choose.
        package var port: Int
        /// The region of clients that name none, and of the queues that exist from the start.
        package var region: String
        /// The account in the queues' URLs and ARNs: 12 digits.
        package var account = QueueStore.standardAccount
        /// Names by which clients know this machine, besides `host`, its addresses and `localhost`.
        package var names: [String] = []
        package var limits = ServerLimits()
        /// Whether rules of AWS hold that only hinder tests; see ``QueueStore``.
        package var isStrict = false
        /// Whether `POST /reset` and `POST /time` are there, for test suites.
        package var allowsReset = false
        /// Whether the pages at `/ui` are there also where other machines reach `host`.
        package var allowsRemote = false
        /// Where queues are kept; nil where they end with the server.
        package var storage: QueueStorage?
        /// Called when many requests have come and no more do, and when a directory was read: a
        /// time to give memory back to the system, which is the process's business.
        package var onQuiet: (@Sendable () -> Void)?
        /// Queues that exist from the start, each as ``QueueDefinition`` writes it; a name that
        /// ends in `.fifo` makes a FIFO queue.
        package var queues: [String]
        /// More of them, which come first.
        package var definitions: [QueueDefinition] = []

        /// Whether the pages at `/ui` are there.
        package var hasPages: Bool { allowsRemote || isLoopback(host: host) }

        package init(
            host: String = "127.0.0.1", port: Int = 9324, region: String = "us-east-1",
            queues: [String] = []
        ) {
            self.host = host
            self.port = port
            self.region = region
            self.queues = queues
        }
    }

    private typealias HTTPServer = Server<QueueChannel>

    private enum State {
        case idle
        case running(HTTPServer, Task<Void, any Error>)
        case stopped
    }

    /// How long a stop waits for clients in the middle of a request: longer than any takes that
    /// still sends, and short beside a service manager's patience.
    private static let grace = TimeAmount.seconds(5)

    private let configuration: Configuration
    private let logger: Logger
    private let eventLoop: any EventLoop
    private let driver: StoreDriver
    private let state = Mutex(State.idle)

    /// - Parameters:
    ///   - seed: of message ids and receipt handles.
    ///   - logger: for what the HTTP server has to say; nothing by default.
    package init(
        _ configuration: Configuration = Configuration(),
        seed: UInt64 = .random(in: .min ... .max),
        logger: Logger = Logger(label: "embedded-queue") { _ in SwiftLogNoOpLogHandler() }
    ) {
        self.configuration = configuration
        self.logger = logger
        eventLoop = MultiThreadedEventLoopGroup.singleton.next()
        let account = configuration.account
        let isStrict = configuration.isStrict
        let isKept = configuration.storage != nil
        let regions = Regions(home: configuration.region) { region in
            // Handles tell queues apart by what was drawn for them, also between regions.
            let seed = region.utf8.reduce(seed) { StoreRandom.mix($0 ^ UInt64($1)) }
            return QueueStore(
                seed: seed, region: region, account: account, isStrict: isStrict,
                keepsJournal: isKept)
        }
        driver = StoreDriver(
            regions: regions, eventLoop: eventLoop, onQuiet: configuration.onQuiet)
    }

    /// How many long polls wait for a message right now.
    package var waitingLongPolls: Int { driver.waiting }

    /// Serves until ``stop()`` or until the task is cancelled, and returns when every client has
    /// had its answer. Once per server.
    ///
    /// - Parameter onReady: called once, when the server listens, with the port it listens on.
    /// - Throws: ``EmbeddedQueueError`` where it cannot listen, a queue cannot be created, or its
    ///   directory cannot be read or, at any time, written.
    package func run(
        onReady: @escaping @Sendable (_ port: Int) async -> Void = { _ in }
    ) async throws {
        let queues = try queuesOfTheStart()
        try openDirectory()
        defer { driver.close() }
        do throws(StoreError) {
            try await driver.createAll(queues)
        } catch {
            throw driver.failure.map { EmbeddedQueueError($0.description, isWriteFailure: true) }
                ?? EmbeddedQueueError(error.message)
        }
        let server = makeServer(queues, onReady)
        // Not a child of the caller's task: a cancelled caller still waits for a graceful end.
        let running: Task<Void, any Error>? = state.withLock { state in
            guard case .idle = state else { return nil }
            let running = Task { try await server.run() }
            state = .running(server, running)
            return running
        }
        guard let running else { return }
        try await withTaskCancellationHandler {
            do {
                try await running.value
            } catch  where isStopped {
                // Stopped before it listened.
            } catch {
                throw EmbeddedQueueError(
                    """
                    The embedded queue cannot listen on \(configuration.host):\
                    \(configuration.port): \(error). Choose another address.
                    """)
            }
        } onCancel: {
            Task { await stop() }
        }
        if let failure = driver.failure {
            throw EmbeddedQueueError(failure.description, isWriteFailure: true)
        }
    }

    private func openDirectory() throws(EmbeddedQueueError) {
        guard let storage = configuration.storage else { return }
        let lead: Duration
        do throws(StoreFileError) {
            lead = try driver.open(storage) { Task { await self.stop() } }
        } catch {
            throw EmbeddedQueueError(error.description)
        }
        // A clock that is corrected by less is no news.
        guard lead >= .seconds(1) else { return }
        logger.warning(
            """
            What \(storage.directory) holds was written \(lead.wholeSeconds) s ahead of this \
            machine's clock, which was set back or ran ahead by POST /time: the queues' time goes \
            on from there.
            """)
    }

    /// Takes no new connections, ends long polls with an empty answer, and lets requests in
    /// progress finish. Returns when all connections are closed, after a few seconds at most.
    /// Again, or before ``run(onReady:)``: without further effect.
    package func stop() async {
        let previous = state.withLock { state in
            defer { state = .stopped }
            return state
        }
        driver.stop()
        guard case .running(let server, let running) = previous else { return }
        let impatience = eventLoop.scheduleTask(in: Self.grace) { running.cancel() }
        try? await server.shutdownGracefully()
        _ = await running.result
        impatience.cancel()
    }

    /// Makes sure that a queue exists, as ``QueueDefinition`` writes it: a FIFO queue where its
    /// name ends in `.fifo`. One that does is left as it is. Safe while it serves.
    ///
    /// - Throws: ``EmbeddedQueueError`` where the definition cannot be read, or the queue exists
    ///   with other attributes.
    package func create(_ definition: String) async throws(EmbeddedQueueError) {
        let queue = try Self.read(definition)
        do throws(StoreError) {
            try await driver.create(queue)
        } catch {
            throw Self.refusal(of: definition, error)
        }
    }

    private func queuesOfTheStart() throws(EmbeddedQueueError) -> [QueueDefinition] {
        var queues = configuration.definitions
        for queue in configuration.queues { queues.append(try Self.read(queue)) }
        return queues
    }

    private static func read(_ definition: String) throws(EmbeddedQueueError) -> QueueDefinition {
        do throws(StoreError) {
            return try QueueDefinition(definition)
        } catch {
            throw refusal(of: definition, error)
        }
    }

    private static func refusal(of queue: String, _ error: StoreError) -> EmbeddedQueueError {
        EmbeddedQueueError("The queue \(queue) cannot be created: \(error.message)")
    }
}

extension EmbeddedQueueServer {
    private var isStopped: Bool {
        state.withLock { state in
            if case .stopped = state { true } else { false }
        }
    }

    private func makeServer(
        _ queues: [QueueDefinition], _ onReady: @escaping @Sendable (Int) async -> Void
    ) -> HTTPServer {
        let driver = driver
        let configuration = configuration
        let limits = configuration.limits
        let responder = APIResponder(
            driver: driver, door: Door(names: configuration.names + [configuration.host]),
            account: configuration.account, bodyTime: TimeAmount(limits.bodyTime), room: BodyRoom(),
            testControls: configuration.allowsReset
                ? TestControls(driver: driver, queues: queues) : nil,
            pages: QueuePages(
                driver: driver, account: configuration.account,
                admission: QueuePages.Admission(configuration)))
        let logger = logger
        return Server(
            childChannelSetup: QueueChannel(
                base: HTTP1Channel(
                    responder: { request, writer, channel in
                        if responder.isAwaited(request) {
                            try await writer.writeInformationalHead(
                                Response(status: .continue).head)
                        }
                        let response = try await responder.respond(to: request, on: channel)
                        try await writer.write(response: response.head, body: response.body)
                    },
                    configuration: .init(
                        additionalChannelHandlers: [HangUpHandler(driver: driver)],
                        idleTimeout: TimeAmount(limits.idleTime)))),
            configuration: ServerConfiguration(
                address: .hostname(configuration.host, port: configuration.port),
                availableConnectionsDelegate: MaximumAvailableConnections(
                    limits.connections, logger: logger)),
            onServerRunning: { channel in
                // Fails where the server has been stopped again.
                try? await AcceptPause.add(
                    to: channel, name: "The embedded queue", logger: logger)
                await onReady(channel.localAddress?.port ?? configuration.port)
            },
            eventLoopGroup: MultiThreadedEventLoopGroup.singleton,
            logger: logger)
    }
}

/// Why the embedded queue cannot serve.
package struct EmbeddedQueueError: Error, Sendable, CustomStringConvertible {
    package let description: String
    /// Whether what it keeps in its directory cannot be written any more.
    package let isWriteFailure: Bool

    package init(_ description: String, isWriteFailure: Bool = false) {
        self.description = description
        self.isWriteFailure = isWriteFailure
    }
}
