import AWS
import Daemon
import FoundationEssentials
import HTTP
import HandlerLibrary
import Intake
import Logging
import MessageHandling
import Settings
import SubscriberConfiguration
import SubscriberEngine

/// Gathers what `doctor` judges, one thing after the other.
struct Examination {
    let account: JudgedAccount
    let options: ConfigurationOptions
    let unit: ServiceUnit.Presence

    private var environment: [String: String] { account.place.environment }

    func diagnoses() async -> [Diagnosis] {
        let judged = Diagnosis.ok("judged for", account.description)
        let configuration: Configuration
        do throws(ConfigurationErrors) {
            configuration = try options.loader(environment: environment).load()
        } catch {
            return [judged] + error.errors.map { .failure("configuration", $0.description) }
        }
        var found = [judged] + judge(configuration)
        found += await service(configuration)
        found += HostJudgement(host(configuration)).diagnoses
        return found
    }

    private func judge(_ configuration: Configuration) -> [Diagnosis] {
        let handlers = configuration.handlerNames.count.counted("handler")
        let queues = configuration.subscriptions.count.counted("queue")
        let files = configuration.provenance.files
        let warnings = configuration.warnings + PatternWarnings.of(configuration)
        return [
            .ok(
                "configuration",
                "\(handlers), \(queues); "
                    + (files.isEmpty ? "no file was read" : files.joined(separator: ", ")))
        ] + warnings.map { .warning("configuration", $0.description) }
    }

    // MARK: The service, its queues and their handlers

    private func service(_ configuration: Configuration) async -> [Diagnosis] {
        if let file = ServiceCheck.unreadableCredential(in: environment) {
            return [.unknown("credentials", "\(file): run doctor while the service runs")]
                + handlers(configuration, troubles: [:])
        }
        do throws(SettingError) {
            let first = configuration.subscriptions.first?.queue.text
            let connection = try await ServiceConnection.open(
                settings: configuration.aws, environment: environment, queue: first,
                logger: Self.silence)
            let facts = try await connection.facts(
                forQueue: first,
                readsPayloads: configuration.subscriptions.contains { $0.unwrap.contains(.s3) })
            let judgement = ServiceJudgement(facts, now: Date())
            let queues =
                judgement.isOpen
                ? await queues(configuration, connection) : unasked(configuration)
            let troubles = await troubles(configuration, connection)
            await connection.close()
            return judgement.diagnoses + queues + handlers(configuration, troubles: troubles)
        } catch {
            return [.failure("settings", error.description)]
                + handlers(configuration, troubles: [:])
        }
    }

    /// What is found is told by the diagnoses.
    private static let silence = Logger(label: "doctor") { _ in SwiftLogNoOpLogHandler() }

    private func unasked(_ configuration: Configuration) -> [Diagnosis] {
        configuration.subscriptions.map {
            .unknown("queue \($0.queue.name)", "not asked, for the way to it is not open")
        }
    }

    private func queues(
        _ configuration: Configuration, _ connection: ServiceConnection
    ) async -> [Diagnosis] {
        let examiner = QueueExaminer(connection)
        let usual = await UsualTimes.ofDaemon(
            at: configuration.controlSocket, configuredIn: options.directory)
        var found: [Diagnosis] = []
        for subscription in configuration.subscriptions {
            let handlers = subscription.handlers.map {
                QueueJudgement.HandlerFacts(
                    $0, in: configuration, usual: usual.byHandler[$0.name])
            }
            found +=
                QueueJudgement(await examiner.examine(subscription), handlers: handlers)
                .diagnoses
        }
        return found
    }

    private func troubles(
        _ configuration: Configuration, _ connection: ServiceConnection
    ) async -> [String: String] {
        var setup = Daemon.Setup(
            configuration: configuration,
            reload: { (current) throws(ConfigurationErrors) in current },
            environment: environment, logger: Self.silence, limitsMessageLines: false)
        setup.swiftHandlers = CommandLineTool.registrations
        return await HandlerExaminer(
            setup: setup, connection: connection, bodies: UnwrittenBodies()
        ).troubles()
    }

    private func handlers(
        _ configuration: Configuration, troubles: [String: String]
    ) -> [Diagnosis] {
        configuration.subscriptions.flatMap(\.handlers).map { handler in
            let check = "handler \(handler.name)"
            let files = FileWarnings.of(handler, in: configuration, at: account.place)
            let problems =
                files.isEmpty
                ? [troubles[handler.name]].compactMap(\.self) : files.map(\.description)
            return problems.isEmpty
                ? .ok(check, "could work") : .failure(check, problems.joined(separator: "; "))
        }
    }

    // MARK: The machine

    private func host(_ configuration: Configuration) -> HostFacts {
        var facts = HostFacts(
            unit: unit.facts, journal: .here,
            descriptors: unit.loaded?.descriptorLimit ?? DescriptorLimit.hard,
            slots: configuration.slots, queues: configuration.subscriptions.count)
        facts.unitName = ServiceUnit.name(ofConfiguration: options.directory)
        let given = environment["STATE_DIRECTORY"]?.split(separator: ":").first.map(String.init)
        facts.stateDirectory =
            configuration.stateDirectory ?? given ?? unit.loaded?.stateDirectory
        facts.stateProblem = FileWarnings.ofState(configuration)?.description
        return facts
    }
}

/// Where nothing is to be written: whether the journal takes it, the service alone can tell.
private struct UnwrittenBodies: BodyOutput {
    func write(_ messages: [Message], of handlerName: String) -> [HandlerResult] {
        messages.map { _ in .outcome(.retry()) }
    }
    func check() throws(HandlerUnavailable) {}
}

extension QueueJudgement.HandlerFacts {
    fileprivate init(
        _ handler: SubscriberConfiguration.HandlerSettings, in configuration: Configuration,
        usual: Duration?
    ) {
        let kind = handler.kind.settings
        let table = configuration.provenance.handlers[handler.name]
        let origin = table?[type(of: kind).place.child("timeout")]?.origin ?? .standard
        self.init(
            name: handler.name, timeout: origin == .standard ? nil : kind.timeLimit,
            usual: usual, retry: handler.policy.retry,
            messagesPerSecond: handler.policy.limits.messagesPerSecond,
            mayFail: !(kind is JournalSettings))
    }
}
