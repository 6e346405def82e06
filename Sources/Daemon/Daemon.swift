import AWS
package import Control
import HandlerLibrary
package import Intake
package import Logging
import MessageHandling
import S3
import Settings
package import SubscriberConfiguration
import SubscriberEngine
import Systemd

/// The running daemon: made from a configuration, it serves until it is told to stop.
///
/// Owns the order of things: signals first, then the service, then the queues, then `READY=1`; a
/// stop takes them down the other way round.
package struct Daemon: Sendable {
    /// What a daemon is made of.
    package struct Setup: Sendable {
        package var configuration: Configuration
        /// Reads the configuration again, for a reload; it is given the one in force.
        package var reload: Configuration.Reload
        package var environment: [String: String]
        package var logger: Logger
        /// Whether `log.messages_per_second` is heeded: off the journal nothing is left out.
        package var limitsMessageLines: Bool
        /// What the configuration's handlers of the kind `swift` are.
        package var swiftHandlers: [SwiftHandler] = []
        /// What handlers count by swift-metrics.
        package var metrics: MetricsRegistry?
        /// The program's version, for who asks the daemon.
        package var version = ""
        /// Where the daemon is asked and told; nil for nowhere.
        package var controlSocket: String?
        /// Serves every queue of the configuration, those that a reload adds included.
        package var localQueue: LocalQueue?

        package init(
            configuration: Configuration, reload: @escaping Configuration.Reload,
            environment: [String: String], logger: Logger, limitsMessageLines: Bool
        ) {
            self.configuration = configuration
            self.reload = reload
            self.environment = environment
            self.logger = logger
            self.limitsMessageLines = limitsMessageLines
        }
    }

    private let setup: Setup

    package init(_ setup: Setup) {
        self.setup = setup
    }

    /// Serves until a signal stops it, or until it is clear that it cannot.
    package func run(signals: SignalListener) async -> ExitStatus {
        DescriptorLimit.raise()
        let manager = ServiceManager(environment: setup.environment)
        let notifier = Notifier(manager: manager, logger: setup.logger)
        notifier.send(.status("Starting"))
        setup.warn(of: setup.configuration)
        let mark = setup.markFolder()
        defer { withExtendedLifetime(mark) {} }
        do {
            let connection = try await ServiceConnection.open(
                settings: setup.awsSettings, environment: setup.awsEnvironment,
                queue: setup.configuration.subscriptions.first?.queue.text, logger: setup.logger)
            let loop = DaemonLoop(
                setup: setup, connection: connection, notifier: notifier, signals: signals)
            let status = await loop.run()
            await connection.close()
            return status
        } catch {
            notifier.failed(.configuration, reason: error.description)
            return .configuration
        }
    }
}

extension Daemon.Setup {
    /// Where something is kept beyond this process. An embedded queue has nothing to come back.
    var stateDirectory: String? {
        guard localQueue == nil else { return nil }
        // systemd names all of StateDirectory=, separated by colons (systemd.exec(5)).
        let given = environment["STATE_DIRECTORY"]?.split(separator: ":").first
        return configuration.stateDirectory ?? given.map(String.init)
    }

    var awsSettings: AWSSettings {
        localQueue.map { LocalQueue.settings(endpointURL: $0.endpointURL) } ?? configuration.aws
    }

    /// Where variables and files are looked for. An embedded queue is asked as it wants to be: no
    /// profile, endpoint or FIPS of the AWS tools concerns it.
    var awsEnvironment: [String: String] { localQueue == nil ? environment : [:] }

    /// Nobody else can serve an embedded queue's.
    func markFolder() -> ServedFolder? {
        guard localQueue == nil, let folder = configuration.handlerFolder else { return nil }
        return ServedFolder.mark(folder, logger: logger)
    }

    /// What is allowed but probably not meant.
    func warn(of configuration: Configuration) {
        for warning in configuration.warnings { logger.warning("\(warning)") }
        let kinds = configuration.subscriptions.flatMap { $0.handlers.map(\.kind) }
        if kinds.contains(where: { $0.settings is JournalSettings }),
            let warning = BodyOutputs.warning(environment: environment)
        {
            logger.warning("\(warning)")
        }
    }

    /// What a reload cannot change.
    func warnOfUnused(_ new: Configuration, since old: Configuration) {
        let kept = (
            new.aws, new.stateDirectory, new.controlSocket, new.metrics, new.web,
            new.allowsCoreDumps
        )
        let before = (
            old.aws, old.stateDirectory, old.controlSocket, old.metrics, old.web,
            old.allowsCoreDumps
        )
        guard kept != before else { return }
        logger.warning(
            """
            [aws], [metrics], [web], state_directory, control_socket or core_dumps have changed: \
            restart the service to use them
            """)
    }

    /// The limit of lines about messages, see ``MessageLog``.
    func messageLines(_ configuration: Configuration) -> Int {
        limitsMessageLines ? configuration.log.messagesPerSecond : 0
    }

    /// What a reload brings is to exist before it is looked up.
    func createLocalQueues(for configuration: Configuration) async {
        do {
            try await localQueue?.create(configuration.queueNames)
        } catch {
            logger.error("\(error)")
        }
    }

    /// What the configuration and the registered handlers want of each queue.
    /// - Parameter objects: for payloads in S3.
    func plans(
        for configuration: Configuration, _ synonyms: QueueSynonyms, objects: S3Client,
        handler: (SubscriberConfiguration.HandlerSettings) -> any Handler
    ) -> [SubscriptionPlan] {
        let subscriptions = synonyms.united(configuration.subscriptions)
        let namesakes = Dictionary(grouping: subscriptions, by: \.queue.name)
        return subscriptions.map { subscription in
            let intake = QueueIntake(
                subscription,
                payloads: PayloadStore(
                    client: objects, limit: subscription.payloadLimit,
                    deletes: subscription.deletesPayload, logger: logger))
            return SubscriptionPlan(
                subscription,
                handlers: subscription.handlers.map {
                    RegisteredHandler($0, handler: handler($0))
                }, intake: intake.isPlain ? nil : intake,
                hasNamesake: namesakes[subscription.queue.name, default: []].count > 1,
                names: synonyms.names(of: subscription.queue.text))
        }
    }
}

extension QueueIntake {
    /// The intake of a queue of the configuration.
    ///
    /// - Parameter payloads: nil where none is fetched.
    package init(
        _ subscription: SubscriberConfiguration.SubscriptionSettings, payloads: PayloadStore? = nil
    ) {
        self.init(
            subscription.handlers.map { Taker(match: $0.match, isFallback: $0.isFallback) },
            unwrap: subscription.unwrap, unwrapLimit: subscription.unwrapLimit,
            payloads: subscription.unwrap.contains(.s3) ? payloads : nil)
    }
}
